package io.ganglion.compiler.backend.neuron;

import com.google.common.base.Splitter;
import com.google.common.util.concurrent.Uninterruptibles;
import io.ganglion.compiler.CompileException;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.model.ModelManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Adds a program for NeuronCores to an artifact that is being written: one NEFF for each sequence
 * length, the compiler's logs and {@code program.json}, below {@code neuron/}.
 */
public final class NeuronBackEnd {
  /** The memory that one run of the compiler needs, according to the vendor. */
  private static final long BYTES_A_COMPILER = 4L << 30;

  private final NeuronOptions options;
  private final VendorCompiler compiler;
  private final Consumer<String> progress;

  private NeuronBackEnd(NeuronOptions options, VendorCompiler compiler, Consumer<String> progress) {
    this.options = options;
    this.compiler = compiler;
    this.progress = progress;
  }

  /**
   * Finds the vendor's compiler, so that its absence is known before any work is done.
   *
   * @param searchPath folders to look in, in the form of {@code PATH}
   * @param progress receives a line for each step, from several threads
   */
  public static NeuronBackEnd of(
      NeuronOptions options, String searchPath, Consumer<String> progress) throws CompileException {
    VendorCompiler compiler =
        VendorCompiler.find(options.target().compiler(), options.compiler(), searchPath);
    return new NeuronBackEnd(options, compiler, progress);
  }

  /**
   * Compiles all lengths.
   *
   * @param weights read by several threads at once
   * @param workDirectory work directory of the artifact's writer
   * @param output the future artifact; the log of a failed run is left beside it
   */
  public void compile(ModelManifest manifest, WeightSource weights, Path workDirectory, Path output)
      throws CompileException {
    Path folder = workDirectory.resolve(NeuronProgram.FOLDER);
    List<Integer> lengths = lengths(manifest);
    try {
      Files.createDirectories(folder);
      List<NeuronProgram.Bucket> buckets =
          all(
              lengths.stream()
                  .map(
                      length ->
                          new BucketCompilation(
                              manifest, weights, options, compiler, length, folder, output,
                              progress))
                  .toList());
      program(buckets, folder).write(workDirectory);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompileException("The compilation was interrupted.", e);
    } catch (IOException e) {
      throw new CompileException("Cannot write below " + folder + ": " + e, e);
    } catch (ArtifactException e) {
      throw new CompileException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The program for the longest sequences, for TensorFlow-Neuron; empty for targets that are not
   * compiled from a GraphDef.
   *
   * @param workDirectory the directory that {@link #compile} has written to
   */
  public Optional<FusedEncoder> fused(
      ModelManifest manifest, WeightSource weights, Path workDirectory) {
    if (!options.target().readsGraphDef()) {
      return Optional.empty();
    }
    int length = manifest.sequenceLength();
    Path neff =
        NeuronProgram.neff(
            workDirectory, new NeuronProgram.Bucket(length, BucketCompilation.neff(length)));
    return Optional.of(
        new FusedEncoder(BucketCompilation.shape(manifest, options, length), weights, neff));
  }

  private List<Integer> lengths(ModelManifest manifest) throws CompileException {
    List<Integer> lengths = options.sequenceLengths();
    if (lengths.isEmpty()) {
      return List.of(manifest.sequenceLength());
    }
    int longest = lengths.get(lengths.size() - 1);
    if (longest != manifest.sequenceLength()) {
      throw new CompileException(
          "The longest of the sequence buckets is "
              + longest
              + " and the model's sequence length "
              + manifest.sequenceLength()
              + ": they must be the same.");
    }
    return lengths;
  }

  private NeuronProgram program(List<NeuronProgram.Bucket> buckets, Path folder)
      throws CompileException, InterruptedException {
    return new NeuronProgram(
        NeuronProgram.FORMAT,
        options.target().toString(),
        options.target().emitted(options.type()),
        NeuronType.FP32,
        options.batchSize(),
        compiler.version(folder),
        buckets);
  }

  /** Runs all compilations. The first failure ends the others. */
  private List<NeuronProgram.Bucket> all(List<BucketCompilation> compilations)
      throws CompileException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(compilers(compilations.size()));
    try {
      CompletionService<NeuronProgram.Bucket> done = new ExecutorCompletionService<>(threads);
      compilations.forEach(done::submit);
      List<NeuronProgram.Bucket> buckets = new ArrayList<>();
      for (int i = 0; i < compilations.size(); i++) {
        buckets.add(done.take().get());
      }
      buckets.sort(Comparator.comparingInt(NeuronProgram.Bucket::sequenceLength));
      return buckets;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CompileException failure
          ? failure
          : new CompileException("The compilation failed: " + e.getCause(), e);
    } finally {
      threads.shutdownNow();
      // The work directory may be deleted next, so nobody may still write there.
      Uninterruptibles.awaitTerminationUninterruptibly(threads);
    }
  }

  private int compilers(int runs) {
    return options.compilers() > 0
        ? Math.min(runs, options.compilers())
        : atOnce(runs, Runtime.getRuntime().availableProcessors(), availableMemory());
  }

  /**
   * The number of compilers that processors and memory allow: at least one, and at most {@code
   * runs}.
   */
  static int atOnce(int runs, int processors, long availableBytes) {
    long byMemory = Math.max(1, availableBytes / BYTES_A_COMPILER);
    return (int) Math.min(runs, Math.min(byMemory, processors));
  }

  /** Available memory as Linux estimates it; 0 if unknown. */
  private static long availableMemory() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
        if (line.startsWith("MemAvailable:")) {
          List<String> words = Splitter.on(' ').omitEmptyStrings().splitToList(line);
          return Long.parseLong(words.get(1)) * 1024;
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Not Linux: run one compiler at a time.
    }
    return 0;
  }
}
