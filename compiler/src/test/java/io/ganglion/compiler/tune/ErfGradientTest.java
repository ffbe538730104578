package io.ganglion.compiler.tune;

import io.ganglion.runtime.model.Gelu;

/** The same for a model whose GELU is the exact one. */
class ErfGradientTest extends GradientTest {
  @Override
  Gelu gelu() {
    return Gelu.ERF;
  }
}
