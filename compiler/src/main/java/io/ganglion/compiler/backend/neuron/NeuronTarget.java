package io.ganglion.compiler.backend.neuron;

import io.ganglion.core.nrt.NeuronType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A generation of NeuronCores, and how to call the vendor's compiler for it. */
public enum NeuronTarget {
  /** Compiled by neuron-cc from a frozen GraphDef. The vendor no longer develops this stack. */
  INF1("neuron-cc"),
  /** This and the following are compiled by neuronx-cc from HLO. */
  INF2("neuronx-cc"),
  TRN1("neuronx-cc"),
  TRN2("neuronx-cc");

  private final String compiler;

  NeuronTarget(String compiler) {
    this.compiler = compiler;
  }

  /** The target with this name, if there is one. */
  public static Optional<NeuronTarget> of(String name) {
    for (NeuronTarget target : values()) {
      if (target.toString().equals(name)) {
        return Optional.of(target);
      }
    }
    return Optional.empty();
  }

  /** The name of the compiler's executable. */
  public String compiler() {
    return compiler;
  }

  /** The types in which its cores multiply matrices. */
  public List<NeuronType> types() {
    return List.of(NeuronType.FP32, NeuronType.FP16, NeuronType.BF16);
  }

  /** Whether the compiler reads a GraphDef instead of HLO. */
  boolean readsGraphDef() {
    return this == INF1;
  }

  /**
   * The narrow type of the emitted program. For bf16, neuron-cc gets fp32 and casts itself, because
   * TensorFlow 1.15's operators had no bf16.
   */
  NeuronType emitted(NeuronType type) {
    return readsGraphDef() && type == NeuronType.BF16 ? NeuronType.FP32 : type;
  }

  /**
   * All arguments. The user's flags come last so that they win. The precision is always given,
   * because the vendor's defaults have changed and its documents disagree.
   *
   * @param graph name of the emitted file, in the compiler's working folder
   */
  List<String> arguments(
      String graph, String neff, String ioConfig, NeuronType type, List<String> userFlags) {
    List<String> arguments = new ArrayList<>(List.of("compile", graph));
    if (readsGraphDef()) {
      arguments.addAll(List.of("--framework", "TENSORFLOW", "--output", neff));
      arguments.addAll(List.of("--pipeline", "compile", "SaveTemps", "--io-config", ioConfig));
      arguments.addAll(
          switch (type) {
            case FP32 -> List.of("--fast-math", "none");
            case FP16 -> List.of("--fp32-cast", "matmult");
            case BF16 -> List.of("--fp32-cast", "matmult-bf16");
          });
    } else {
      arguments.addAll(List.of("--framework", "XLA", "--target", toString()));
      // The module's types are final: nothing else is cast, and sums are fp32.
      arguments.addAll(List.of("--model-type", "transformer", "--auto-cast", "none"));
      arguments.addAll(List.of("--enable-mixed-precision-accumulation", "-O2"));
      arguments.addAll(List.of("--enable-fast-loading-neuron-binaries", "--output", neff));
    }
    arguments.addAll(userFlags);
    return arguments;
  }

  /** The name in flags and files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
