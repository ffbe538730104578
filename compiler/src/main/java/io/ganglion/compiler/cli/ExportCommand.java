package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.export.ArtifactExport;
import io.ganglion.compiler.export.ExportFormat;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code compiler export}. */
@Command(
    name = "export",
    description = {
      "Writes the model of an fp32 or bf16 artifact in a form that other tools load: a folder of"
          + " transformers or sentence-transformers, an ONNX file (opset 17, any batch and length,"
          + " padding masked) or a SavedModel (needs TensorFlow). What is written is read again,"
          + " run, and held to the artifact's golden answers."
    },
    footer = {
      "Examples:",
      "  compiler export --format huggingface --output back reranker-fp32",
      "  compiler export --format onnx --output onnx reranker-bf16"
    })
final class ExportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ARTIFACT", description = "The artifact, in fp32 or bf16.")
  private Path artifact;

  @Option(names = "--format", required = true, description = "huggingface, onnx or savedmodel.")
  private ExportFormat format;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder to write; must not exist.")
  private Path output;

  private ExportCommand() {}

  @Override
  public Integer call() throws CompileException {
    ArtifactExport.Result result =
        ArtifactExport.write(artifact, format, output, CompilerMain.progress());
    PrintStream out = CompilerMain.out();
    result.notes().forEach(note -> out.println("Note: " + note));
    out.printf(
        Locale.ROOT,
        "%s: %s, %s; in %s its answers are within %.1e of the artifact's golden ones%n",
        output,
        format.name().toLowerCase(Locale.ROOT),
        result.manifest().task(),
        result.runtime(),
        result.largest());
    return 0;
  }
}
