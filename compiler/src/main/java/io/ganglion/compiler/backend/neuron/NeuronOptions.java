package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.SettingException;
import io.ganglion.core.nrt.NeuronType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Options for compiling for NeuronCores.
 *
 * @param target generation of NeuronCores
 * @param type type of the matrix multiplications
 * @param narrowNorms whether the encoder's layer norms are in that type too, if the target allows
 *     it
 * @param batchSize number of rows of every NEFF
 * @param sequenceLengths lengths in rising order, one NEFF for each; the last is the model's
 *     sequence length. If empty, there is one NEFF for that length
 * @param compiler path of the vendor's compiler; if empty, it is looked for on the PATH
 * @param flags flags for the compiler, from {@code NEURON_CC_FLAGS}; they come after ours
 * @param timeout longest time for one run of the compiler
 * @param compilers most runs at the same time; 0 for as many as processors and memory allow
 * @param keepGraphs whether the compiler's input files stay in the artifact
 */
public record NeuronOptions(
    NeuronTarget target,
    NeuronType type,
    boolean narrowNorms,
    int batchSize,
    List<Integer> sequenceLengths,
    Optional<Path> compiler,
    List<String> flags,
    Duration timeout,
    int compilers,
    boolean keepGraphs) {
  /** The time limit of AWS's bert_demo for one compilation, 360,000 s. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofHours(100);

  public NeuronOptions {
    sequenceLengths = List.copyOf(sequenceLengths);
    flags = List.copyOf(flags);
    if (batchSize < 1) {
      throw new SettingException("The batch size must be at least 1: " + batchSize);
    }
    if (sequenceLengths.stream().anyMatch(length -> length < 1)
        || !sequenceLengths.stream().sorted().distinct().toList().equals(sequenceLengths)) {
      throw new SettingException(
          "Sequence lengths must be positive and rise, as in 32,64,128: " + sequenceLengths);
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new SettingException("The timeout must be positive: " + timeout);
    }
    if (compilers < 0) {
      throw new SettingException("A number of compilers is at least 0: " + compilers);
    }
  }

  /** The type of the encoder's layer norms in the emitted program. */
  public NeuronType norms() {
    return narrowNorms ? target.emitted(type) : NeuronType.FP32;
  }
}
