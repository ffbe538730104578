package io.ganglion.server.thread;

/** What long-lived threads tell the outside. Called on the thread itself; must return soon. */
public interface ThreadEvents {
  /** Something in the thread's work failed, be it an Error; the thread goes on. */
  void onThreadFailure(String thread, Throwable failure);

  /** A thread has ended without which the server cannot serve: it must stop. */
  void onVitalThreadEnded(String thread);
}
