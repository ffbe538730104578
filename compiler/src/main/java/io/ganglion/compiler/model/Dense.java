package io.ganglion.compiler.model;

import java.util.List;

/**
 * A dense layer, {@code y = x * kernel + bias}.
 *
 * @param kernel [inputs, outputs]
 * @param bias [outputs]
 */
public record Dense(Weight kernel, Weight bias) {
  public Dense {
    if (kernel.shape().size() != 2 || !bias.shape().equals(List.of(kernel.shape().get(1)))) {
      throw new IllegalArgumentException(
          "The kernel "
              + kernel.name()
              + " "
              + kernel.shape()
              + " and the bias "
              + bias.name()
              + " "
              + bias.shape()
              + " do not fit each other.");
    }
  }

  public int inputs() {
    return kernel.shape().get(0);
  }

  public int outputs() {
    return kernel.shape().get(1);
  }
}
