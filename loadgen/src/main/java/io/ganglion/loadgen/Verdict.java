package io.ganglion.loadgen;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether the load of a run was what was planned, and whether the server stood it. These are two
 * questions: a server may fail a load that was sent just as planned.
 *
 * @param invalid why the load was not what was planned; empty when it was
 * @param failed what the server did not do; empty when it did all
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
   * @param behind how the server fell behind the plan; empty when it did not
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

  /** As {@code load VALID, server FAILED}. */
  String words() {
    return (loadValid() ? "load VALID" : "load INVALID")
        + (serverOk() ? ", server OK" : ", server FAILED");
  }

  /** All that was wrong, in one line; empty when nothing was. */
  String reasons() {
    List<String> all = new ArrayList<>(invalid);
    all.addAll(failed);
    return String.join("; ", all);
  }
}
