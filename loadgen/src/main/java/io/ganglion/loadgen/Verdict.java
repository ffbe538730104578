package io.ganglion.loadgen;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether a run offered the planned load, and whether the server handled it. These are two
 * questions: a server may fail under a load that was sent as planned.
 *
 * @param invalid why the planned load was not offered; empty if it was
 * @param failed what the server failed to do; empty if nothing
 */
record Verdict(List<String> invalid, List<String> failed) {
  static final String MEANING =
      "load: what was planned was sent on time; server: it answered all of it and kept up";

  Verdict {
    invalid = List.copyOf(invalid);
    failed = List.copyOf(failed);
  }

  /**
   * The verdict on a run.
   *
   * @param behind how the server fell behind the plan; empty if it did not
   */
  static Verdict of(Counts counts, List<String> invalid, List<String> behind) {
    List<String> failed = new ArrayList<>();
    if (counts.failed() > 0) {
      failed.add(
          String.format(
              Locale.ROOT,
              "%,d of %,d requests failed (%.1f %%)",
              counts.failed(),
              counts.ended(),
              100.0 * counts.failed() / counts.ended()));
    } else if (counts.ok() == 0) {
      failed.add("no request was answered");
    }
    failed.addAll(behind);
    return new Verdict(invalid, failed);
  }

  boolean loadValid() {
    return invalid.isEmpty();
  }

  boolean serverOk() {
    return failed.isEmpty();
  }

  boolean good() {
    return loadValid() && serverOk();
  }

  /** A text such as {@code load VALID, server FAILED}. */
  String words() {
    return (loadValid() ? "load VALID" : "load INVALID")
        + (serverOk() ? ", server OK" : ", server FAILED");
  }

  /** Everything that was wrong, in one line; empty if nothing. */
  String reasons() {
    List<String> all = new ArrayList<>(invalid);
    all.addAll(failed);
    return String.join("; ", all);
  }
}
