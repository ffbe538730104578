package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.inspect.Inspection;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code compiler inspect}. */
@Command(
    name = "inspect",
    description = {
      "Shows what a model is: first the verdict, whether it can be compiled, or run here, then a"
          + " summary. With --all: of a source its signatures, weights and operators; of an"
          + " artifact manifest, provenance, partition, precision, sizes, and the kernels that run"
          + " it."
    },
    footer = {
      "Examples:",
      "  compiler inspect ms-marco-MiniLM-L6-v2",
      "  compiler inspect export/1580000000",
      "  compiler inspect --all /tmp/mini-bf16",
      "  compiler inspect --json /tmp/mini-bf16",
      "  compiler inspect --scope tower_b/bert export/1580000000"
    })
final class InspectCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "PATH",
      description =
          "A HuggingFace folder, an ONNX file, a SavedModel, a frozen graph or an artifact.")
  private Path directory;

  @Option(names = "--json", description = "Print all as JSON.")
  private boolean json;

  @Option(names = "--all", description = "Print all details.")
  private boolean all;

  @Option(
      names = "--scope",
      paramLabel = "NAME",
      description =
          "Which classifier to show, if a SavedModel holds several; see compile --scope."
              + " Default: the only one.")
  private @Nullable String scope;

  private InspectCommand() {}

  @Override
  public Integer call() throws CompileException {
    Map<String, Object> report = Inspection.describe(directory, scope);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.print(json ? JsonText.of(report) : text(report));
    out.flush();
    return 0;
  }

  private String text(Map<String, Object> report) {
    return InspectSummary.verdict(report)
        + "\n"
        + ReportText.of(all ? report : InspectSummary.of(report));
  }
}
