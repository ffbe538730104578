package io.ganglion.core.cpu;

import org.bytedeco.dnnl.dnnl_stream;
import org.jspecify.annotations.Nullable;

/**
 * One execution in a plan.
 *
 * @param kind which sort of work
 * @param execution what to run
 * @param input what an observer may look at first
 */
record Step(Kind kind, Execution execution, @Nullable MatrixInput input) {
  /** Sorts of work. */
  enum Kind {
    PRODUCT,
    NORM,
    CONVERSION
  }

  static void runAll(
      Step[] steps, dnnl_stream stream, MatrixInput.@Nullable Observer observer, int rows) {
    for (Step step : steps) {
      if (observer != null && step.input != null) {
        observer.observe(step.input, rows);
      }
      step.execution.run(stream);
    }
  }
}
