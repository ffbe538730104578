package io.ganglion.compiler.tune;

import io.ganglion.runtime.model.Activation;

/** The same for a model whose GELU is the exact one. */
class ErfGradientTest extends GradientTest {
  @Override
  Activation gelu() {
    return Activation.GELU_ERF;
  }
}
