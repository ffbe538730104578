package io.ganglion.compiler.backend.neuron;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.ganglion.compiler.CompileException;
import io.ganglion.core.nrt.NeffHeader;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.model.ModelManifest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Compiles one NEFF: emits the program for one length, runs the compiler in its own folder and
 * checks the result. One thread runs it.
 */
final class BucketCompilation implements Callable<NeuronProgram.Bucket> {
  /** The file to which neuronx-cc writes more than to its outputs. */
  private static final String OWN_LOG = "log-neuron-cc.txt";

  private final ModelManifest manifest;
  private final WeightSource weights;
  private final NeuronOptions options;
  private final VendorCompiler compiler;
  private final int length;
  private final Path folder;
  private final Path output;
  private final Consumer<String> progress;

  /**
   * @param folder {@code neuron/} of the artifact's work directory
   * @param output the future artifact; the log of a failed run is left beside it
   */
  BucketCompilation(
      ModelManifest manifest,
      WeightSource weights,
      NeuronOptions options,
      VendorCompiler compiler,
      int length,
      Path folder,
      Path output,
      Consumer<String> progress) {
    this.manifest = manifest;
    this.weights = weights;
    this.options = options;
    this.compiler = compiler;
    this.length = length;
    this.folder = folder;
    this.output = output;
    this.progress = progress;
  }

  @Override
  public NeuronProgram.Bucket call() throws CompileException, InterruptedException {
    Path work = folder.resolve("work-" + length);
    try {
      Files.createDirectories(work);
      NeuronTarget target = options.target();
      EncoderShape shape = shape(manifest, options, length);
      String graph = emit(shape, work);
      String ioConfig = target.readsGraphDef() ? GraphDefEmitter.ioConfig(shape) : "";
      String neff = neff(length);
      List<String> arguments =
          target.arguments(graph, neff, ioConfig, options.type(), options.flags());
      Path log = work.resolve("encoder-" + length + ".log");
      Files.writeString(log, compiler.executable() + " " + String.join(" ", arguments) + "\n");
      progress.accept("Compiling length " + length + " with " + compiler.executable());
      run(arguments, work, log);
      check(work.resolve(neff), log);
      keep(work.resolve(neff));
      addOwnLog(log);
      keep(log);
      if (options.keepGraphs()) {
        keep(work.resolve(graph));
      }
      progress.accept("Compiled length " + length);
      return new NeuronProgram.Bucket(length, neff);
    } catch (IOException e) {
      throw new CompileException("Cannot write below " + work + ": " + e, e);
    } finally {
      delete(work);
    }
  }

  static EncoderShape shape(ModelManifest manifest, NeuronOptions options, int length) {
    return new EncoderShape(
        manifest,
        options.target().emitted(options.type()),
        options.norms(),
        options.batchSize(),
        length);
  }

  /** The NEFF's file name. */
  static String neff(int length) {
    return "encoder-" + length + ".neff";
  }

  private String emit(EncoderShape shape, Path work) throws CompileException {
    progress.accept("Writing the program of length " + length);
    if (options.target().readsGraphDef()) {
      String graph = "encoder-" + length + ".graphdef.pb";
      GraphDefEmitter.emit(shape, weights, work.resolve(graph));
      return graph;
    }
    String graph = "encoder-" + length + ".hlo.pb";
    HloEncoderEmitter.emit(shape, weights, work.resolve(graph));
    return graph;
  }

  private void run(List<String> arguments, Path work, Path log)
      throws CompileException, InterruptedException {
    try {
      int status = compiler.run(arguments, work, log, options.timeout());
      if (status != 0) {
        throw failure("ended with status " + status, log);
      }
    } catch (VendorCompiler.TimedOut e) {
      throw failure(String.valueOf(e.getMessage()), log);
    }
  }

  private void check(Path neff, Path log) throws CompileException {
    if (!NeffHeader.present(neff)) {
      throw failure("said that all went well and left no NEFF", log);
    }
    try {
      NeffHeader header = NeffHeader.read(neff);
      if (header.cores() != 1) {
        throw failure(
            "made a NEFF for " + header.cores() + " cores; a batch runs on one core here", log);
      }
    } catch (ArtifactException e) {
      throw failure("left something else: " + e.getMessage(), log);
    }
  }

  private CompileException failure(String what, Path log) {
    Path kept = output.resolveSibling(output.getFileName() + "." + log.getFileName());
    String lastLines = VendorCompiler.lastLines(log);
    String place;
    try {
      addOwnLog(log);
      Files.copy(log, kept, StandardCopyOption.REPLACE_EXISTING);
      place = "its log is " + kept;
    } catch (IOException e) {
      place = "its log could not be kept (" + e.getMessage() + ")";
    }
    return new CompileException(
        compiler.executable()
            + " "
            + what
            + ", for sequences of "
            + length
            + " tokens; "
            + place
            + " and ends with:\n"
            + lastLines);
  }

  private static void addOwnLog(Path log) throws IOException {
    Path own = log.resolveSibling(OWN_LOG);
    if (Files.isRegularFile(own)) {
      try (OutputStream out = Files.newOutputStream(log, StandardOpenOption.APPEND)) {
        out.write(("\n" + OWN_LOG + ":\n").getBytes(StandardCharsets.UTF_8));
        Files.copy(own, out);
      }
    }
  }

  private void keep(Path file) throws IOException {
    Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
  }

  private static void delete(Path work) {
    try {
      MoreFiles.deleteRecursively(work, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      // It is deleted with the artifact's work directory.
    }
  }
}
