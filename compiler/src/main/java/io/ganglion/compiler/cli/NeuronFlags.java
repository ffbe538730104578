package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.SettingException;
import io.ganglion.compiler.backend.neuron.CompilerFlags;
import io.ganglion.compiler.backend.neuron.NeuronOptions;
import io.ganglion.compiler.backend.neuron.NeuronTarget;
import io.ganglion.core.nrt.NeuronType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The flags of {@code compile} for NeuronCores. */
final class NeuronFlags {
  @Option(
      names = "--target",
      paramLabel = "TARGET",
      description =
          "inf2, trn1, trn2 (by neuronx-cc) or inf1 (by neuron-cc): compile NEFFs too. Default: for"
              + " the CPU alone.")
  private @Nullable String target;

  @Option(
      names = "--sequence-buckets",
      split = ",",
      paramLabel = "LENGTH",
      description =
          "Compile a NEFF for each of these numbers of tokens; a batch runs on the shortest that"
              + " holds it. The last is the sequence length. Default: only the sequence length.")
  private @Nullable List<Integer> buckets;

  @Option(
      names = "--neuron-cc",
      paramLabel = "FILE",
      description = "Path of neuronx-cc or neuron-cc. Default: found on the PATH.")
  private @Nullable Path compiler;

  @Option(
      names = "--compiler-timeout",
      defaultValue = "100h",
      paramLabel = "TIME",
      description = "Longest run of the vendor's compiler, such as 30m or 2h.")
  private Duration timeout;

  @Option(
      names = "--max-compilers",
      defaultValue = "0",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      paramLabel = "N",
      description =
          "Most runs of that compiler at once. Default: as many as processors and memory allow, with"
              + " 4 GiB for each.")
  private int compilers;

  @Option(
      names = "--keep-graphs",
      description =
          "Keep the compiler's input files in the artifact; each is as large as the weights.")
  private boolean keepGraphs;

  /** The longest bucket; 0 if none is given. */
  int longest() {
    return buckets == null || buckets.isEmpty() ? 0 : buckets.get(buckets.size() - 1);
  }

  /**
   * The target to compile for; null for the CPU alone.
   *
   * @throws SettingException for an unknown target
   */
  @Nullable NeuronTarget target() {
    if (target == null) {
      return null;
    }
    return NeuronTarget.of(target)
        .orElseThrow(
            () ->
                new SettingException("--target is inf1, inf2, trn1 or trn2, not " + target + "."));
  }

  /**
   * Options for NeuronCores; empty for the CPU alone.
   *
   * @param narrowNorms whether layer norms shall have {@code type} too
   * @throws SettingException if flags contradict each other
   */
  Optional<NeuronOptions> options(
      NeuronType type, boolean narrowNorms, int batchSize, Map<String, String> environment)
      throws CompileException {
    NeuronTarget chosen = target();
    if (chosen == null) {
      if (buckets != null || compiler != null || keepGraphs) {
        throw new SettingException(
            "--sequence-buckets, --neuron-cc and --keep-graphs need a --target.");
      }
      return Optional.empty();
    }
    return Optional.of(
        new NeuronOptions(
            chosen,
            type,
            narrowNorms,
            batchSize,
            buckets == null ? List.of() : buckets,
            Optional.ofNullable(compiler),
            CompilerFlags.parse(environment.getOrDefault("NEURON_CC_FLAGS", "")),
            timeout,
            compilers,
            keepGraphs));
  }
}
