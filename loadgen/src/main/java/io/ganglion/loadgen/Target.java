package io.ganglion.loadgen;

/** What a run is driven against. */
interface Target {
  /**
   * A client of its own.
   *
   * @param index of the client, from 0
   * @param inFlight most unanswered requests that it will have
   */
  Requests open(int index, int inFlight);

  /** Where it is and how it is spoken to, for a title. */
  String describe();
}
