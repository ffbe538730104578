package io.ganglion.bench.report;

import io.ganglion.runtime.model.Precision;
import java.util.ArrayList;
import java.util.List;

/** The names of the rows that differ in their number of cores. */
public final class ScalingRow {
  private ScalingRow() {}

  /** 1, 2, 4 and so on, and {@code most} itself. */
  public static List<Integer> counts(int most) {
    List<Integer> counts = new ArrayList<>();
    for (int count = 1; count < most; count *= 2) {
      counts.add(count);
    }
    counts.add(most);
    return counts;
  }

  public static String inProcess(Precision precision, int cores) {
    return precision + " in process, " + cores;
  }

  public static String served(Precision precision, int cores) {
    return precision + " served, " + cores;
  }

  /** By a server that was told nothing about cores and batches. */
  public static String servedByDefault(Precision precision) {
    return precision + " served, default flags";
  }
}
