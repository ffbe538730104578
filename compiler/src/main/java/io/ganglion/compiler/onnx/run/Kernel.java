package io.ganglion.compiler.onnx.run;

import java.util.List;

/** Computes one operator. Stateless; throws {@link Unfit} if the inputs do not fit it. */
@FunctionalInterface
interface Kernel {
  /**
   * The outputs, as many as the operator has; those that nobody reads may be left out at the end.
   */
  List<Tensor> run(Call call);

  /** A kernel with one output. */
  @FunctionalInterface
  interface Single {
    Tensor run(Call call);
  }

  static Kernel of(Single single) {
    return call -> List.of(single.run(call));
  }
}
