package io.ganglion.core.cpu;

import org.bytedeco.dnnl.dnnl_stream;
import org.jspecify.annotations.Nullable;

/**
 * A step of a plan: one execution.
 *
 * @param kind kind of work
 * @param execution the execution to run
 * @param input input that an observer may see before; may be null
 */
record Step(Kind kind, Execution execution, @Nullable MatrixInput input) {
  /** Kinds of work. */
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
