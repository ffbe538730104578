package io.ganglion.engine.thread;

/** Receives the failures of long-lived threads. Called on the failing thread. Must return soon. */
public interface ThreadEvents {
  /** The thread's work failed, possibly with an Error. The thread goes on. */
  void onThreadFailure(String thread, Throwable failure);

  /** A thread has ended that the server cannot do without. The server must stop. */
  void onVitalThreadEnded(String thread);
}
