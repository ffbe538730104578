package io.ganglion.compiler.backend.neuron;

import io.ganglion.core.nrt.NeuronType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A generation of NeuronCores, and how its vendor's compiler wants to be called. */
public enum NeuronTarget {
  /** By neuron-cc, from a frozen GraphDef; the vendor's stack for it is frozen too. */
  INF1("neuron-cc"),
  /** These by neuronx-cc, from HLO. */
  INF2("neuronx-cc"),
  TRN1("neuronx-cc"),
  TRN2("neuronx-cc");

  private final String compiler;

  NeuronTarget(String compiler) {
    this.compiler = compiler;
  }

  /** The target that a flag names, if it is one of ours. */
  public static Optional<NeuronTarget> of(String name) {
    for (NeuronTarget target : values()) {
      if (target.toString().equals(name)) {
        return Optional.of(target);
      }
    }
    return Optional.empty();
  }

  /** Name of the compiler's executable. */
  public String compiler() {
    return compiler;
  }

  /** Types that its cores multiply matrices in. */
  public List<NeuronType> types() {
    return List.of(NeuronType.FP32, NeuronType.FP16, NeuronType.BF16);
  }

  /** Whether the compiler reads a GraphDef. */
  boolean readsGraphDef() {
    return this == INF1;
  }

  /**
   * The narrow type of what is emitted. neuron-cc is given fp32 where bf16 is wanted, and casts
   * itself: TensorFlow 1.15's operators had no bf16.
   */
  NeuronType emitted(NeuronType type) {
    return readsGraphDef() && type == NeuronType.BF16 ? NeuronType.FP32 : type;
  }

  /**
   * All arguments, the user's flags last so that they win. Precision is always said: the vendor's
   * defaults have changed, and its documents differ on them.
   *
   * @param graph name of the emitted file, in the folder that the compiler runs in
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
      // The module's own types say all: nothing is cast on top of them, and sums are fp32.
      arguments.addAll(List.of("--model-type", "transformer", "--auto-cast", "none"));
      arguments.addAll(List.of("--enable-mixed-precision-accumulation", "-O2"));
      arguments.addAll(List.of("--enable-fast-loading-neuron-binaries", "--output", neff));
    }
    arguments.addAll(userFlags);
    return arguments;
  }

  /** As flags and files spell it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
