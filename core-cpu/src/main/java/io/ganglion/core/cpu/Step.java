package io.ganglion.core.cpu;

import org.bytedeco.dnnl.dnnl_stream;
import org.jspecify.annotations.Nullable;

/**
 * A step of a plan.
 *
 * @param kind kind of work
 * @param operation the operation to run
 * @param input input that an observer may see before; may be null
 */
record Step(Kind kind, Operation operation, @Nullable MatrixInput input) {
  /** Kinds of work. */
  enum Kind {
    PRODUCT,
    NORM,
    CONVERSION
  }

  /** The same with an input for an observer. */
  Step reading(MatrixInput observed) {
    return new Step(kind, operation, observed);
  }

  static void runAll(
      Step[] steps, dnnl_stream stream, MatrixInput.@Nullable Observer observer, int rows) {
    for (Step step : steps) {
      if (observer != null && step.input != null) {
        observer.observe(step.input, rows);
      }
      step.operation.run(stream);
    }
  }
}
