package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.SettingException;
import io.ganglion.core.nrt.NeuronType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What to compile for NeuronCores, and how.
 *
 * @param target generation of the cores
 * @param type of the matrix multiplications
 * @param narrowNorms whether the encoder's layer norms are in that type too, where the target takes
 *     it
 * @param batchSize rows of every NEFF
 * @param sequenceLengths rising, one NEFF each, the last being the model's sequence length; empty
 *     for that one alone
 * @param compiler the vendor's compiler; empty: by its name on the PATH
 * @param flags for the compiler, after ours, as {@code NEURON_CC_FLAGS} gives them
 * @param timeout of one run of the compiler
 * @param compilers most runs at once; 0 for as many as processors and memory allow
 * @param keepGraphs whether what was given to the compiler stays in the artifact
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
  /** The demo's own limit for one compilation, 360,000 s. */
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

  /** Of the encoder's layer norms, as they are emitted. */
  public NeuronType norms() {
    return narrowNorms ? target.emitted(type) : NeuronType.FP32;
  }
}
