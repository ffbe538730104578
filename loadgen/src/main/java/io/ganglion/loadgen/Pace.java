package io.ganglion.loadgen;

import java.util.OptionalDouble;

/**
 * Tells whether answers kept up with the plan of an open loop. They did if 99 % of them had come in
 * the time that the plan gives to 99 % of the requests, plus the time of an answer on a free
 * server.
 *
 * @param planned number of counted requests in the plan
 * @param givenNs time in which they are sent
 * @param served number of counted requests that were answered, or cancelled on purpose
 * @param servedNs time at which the last of those ended, from the first counted moment
 * @param markedNs time at which {@link #mark} of them had ended; negative if so many never did
 * @param freeNs time of an answer on a free server
 */
record Pace(long planned, long givenNs, long served, long servedNs, long markedNs, double freeNs) {
  private static final double REACHED = 0.99;

  /** Tolerance for the scatter of arrivals and clocks in a short run. */
  private static final double LEAST_SLACK_NS = 3e8;

  /** The number of requests that must have been served to ignore the rest. */
  static long mark(long planned) {
    return (long) Math.ceil(REACHED * planned);
  }

  /** Answers per second, if they did not keep up with the plan. */
  OptionalDouble missed() {
    if (markedNs < 0) {
      double neededNs = Math.max((double) givenNs, servedNs - freeNs);
      return OptionalDouble.of(served / (neededNs / 1e9));
    }
    double neededNs = markedNs - freeNs;
    double forNs = REACHED * givenNs;
    double slackNs = Math.max(0.02 * forNs, LEAST_SLACK_NS);
    return neededNs > forNs + slackNs
        ? OptionalDouble.of(REACHED * planned / (neededNs / 1e9))
        : OptionalDouble.empty();
  }
}
