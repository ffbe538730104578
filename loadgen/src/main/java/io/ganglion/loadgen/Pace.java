package io.ganglion.loadgen;

import java.util.OptionalDouble;

/**
 * Whether answers kept up with the plan of an open loop. They did when 99 % of them came, less what
 * an answer takes on a free server, in the time that the plan gives to 99 % of the requests.
 *
 * @param planned counted requests of the plan
 * @param givenNs the time in which they are sent
 * @param served counted requests that were answered, or cancelled on purpose
 * @param servedNs when the last of those ended, from the first counted moment
 * @param markedNs when {@link #mark} of them had ended; negative when so many never did
 * @param freeNs what an answer takes on a free server
 */
record Pace(long planned, long givenNs, long served, long servedNs, long markedNs, double freeNs) {
  private static final double REACHED = 0.99;

  /** What arrivals and clocks may scatter by in a short run. */
  private static final double LEAST_SLACK_NS = 3e8;

  /** How many requests must have been served before the rest may be forgiven. */
  static long mark(long planned) {
    return (long) Math.ceil(REACHED * planned);
  }

  /** Answers a second, unless they kept up with the plan. */
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
