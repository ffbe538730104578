package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.OutputActivation;

/** Activations that a configuration names by their PyTorch class. */
final class TorchActivation {
  private static final String TORCH = "torch.nn.";

  private TorchActivation() {}

  /** The activation after a dense layer. */
  static Activation of(String name, String where) throws CompileException {
    return switch (simpleName(name)) {
      case "Identity" -> Activation.NONE;
      case "Tanh" -> Activation.TANH;
      case "ReLU" -> Activation.RELU;
      case "Sigmoid" -> Activation.SIGMOID;
      case "SiLU" -> Activation.SILU;
      case "GELU" -> Activation.GELU_ERF;
      default ->
          throw new CompileException(
              where
                  + ": the activation "
                  + name
                  + " is not supported; it may be Identity, Tanh, ReLU, Sigmoid, SiLU or GELU of"
                  + " torch.nn.");
    };
  }

  /** The activation of a cross-encoder's scores. */
  static OutputActivation ofScores(String name, String where) throws CompileException {
    return switch (simpleName(name)) {
      case "Identity" -> OutputActivation.IDENTITY;
      case "Sigmoid" -> OutputActivation.SIGMOID;
      case "Softmax" -> OutputActivation.SOFTMAX;
      default ->
          throw new CompileException(
              where
                  + ": the activation "
                  + name
                  + " of the scores is not supported; it may be Identity, Sigmoid or Softmax of"
                  + " torch.nn.");
    };
  }

  private static String simpleName(String name) {
    return name.startsWith(TORCH) ? name.substring(name.lastIndexOf('.') + 1) : "";
  }
}
