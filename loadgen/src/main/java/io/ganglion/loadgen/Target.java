package io.ganglion.loadgen;

/** The target of a run. */
interface Target {
  /**
   * Opens a client.
   *
   * @param index number of the client, from 0
   * @param inFlight most unanswered requests that it will have
   */
  Requests open(int index, int inFlight);

  /** Its address and protocol, for a title. */
  String describe();
}
