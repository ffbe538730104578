package io.ganglion.compiler.onnx.run;

/** Inputs that an operator does not take. Leaves this package as a CompileException. */
final class Unfit extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Unfit(String why) {
    super(why);
  }
}
