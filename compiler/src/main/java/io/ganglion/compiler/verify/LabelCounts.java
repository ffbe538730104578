package io.ganglion.compiler.verify;

/**
 * How many labels a compiled model keeps.
 *
 * @param all number of labels that the source gives
 * @param kept number of these that the compiled model gives, too
 * @param clear number of labels that are clear in the source: it does not hesitate between two
 * @param clearKept number of these that the compiled model gives, too
 */
public record LabelCounts(int all, int kept, int clear, int clearKept) {
  /**
   * If the two likeliest labels are closer than this, the label is a toss-up that rounding may
   * change. For a label that applies or not these are p and 1 - p.
   */
  public static final double CLEAR_MARGIN = 0.05;

  /** Number of clear labels that are lost. */
  public int lost() {
    return clear - clearKept;
  }

  /** Counts the labels of answers, one row at a time. Used by one thread. */
  static final class Counter {
    private int all;
    private int kept;
    private int clear;
    private int clearKept;

    /** The likeliest label of a row of probabilities. */
    void likeliest(float[] source, float[] compiled) {
      int best = best(source);
      double second = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < source.length; i++) {
        second = i == best ? second : Math.max(second, source[i]);
      }
      count(best == best(compiled), source[best] - second);
    }

    /** Each label of a row, which applies if its probability is above a half. */
    void each(float[] source, float[] compiled) {
      for (int i = 0; i < source.length; i++) {
        count(source[i] > 0.5 == compiled[i] > 0.5, Math.abs(2 * source[i] - 1));
      }
    }

    LabelCounts counts() {
      return new LabelCounts(all, kept, clear, clearKept);
    }

    private void count(boolean same, double margin) {
      boolean isClear = margin > CLEAR_MARGIN;
      all++;
      kept += same ? 1 : 0;
      clear += isClear ? 1 : 0;
      clearKept += same && isClear ? 1 : 0;
    }

    private static int best(float[] row) {
      int best = 0;
      for (int i = 1; i < row.length; i++) {
        best = row[i] > row[best] ? i : best;
      }
      return best;
    }
  }
}
