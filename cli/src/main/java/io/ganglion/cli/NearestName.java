package io.ganglion.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the name that a misspelt name was meant to be. */
public final class NearestName {
  private NearestName() {}

  /** The known name with the fewest wrong letters; empty if more than a third are wrong. */
  public static Optional<String> of(String name, List<String> known) {
    return known.stream()
        .filter(candidate -> 3 * distance(name, candidate) <= candidate.length())
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)));
  }

  /**
   * How many letters must be inserted, deleted, replaced or swapped with their neighbour (the
   * optimal string alignment distance).
   */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int i, int j) {
    int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int best = Math.min(cost[i - 1][j - 1] + changed, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
