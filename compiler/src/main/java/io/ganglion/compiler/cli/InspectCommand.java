package io.ganglion.compiler.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
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
      "Shows what a model is. Of a SavedModel: signatures, weights, operators, and whether it can be"
          + " compiled or why not. Of an artifact: manifest, provenance, partition, precision, sizes,"
          + " and the kernels that run it on this machine."
    },
    footer = {
      "Examples:",
      "  compiler inspect export/1580000000",
      "  compiler inspect --json /tmp/mini-bf16",
      "  compiler inspect --scope tower_b/bert export/1580000000"
    })
final class InspectCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      description = "A SavedModel, a frozen graph (.pb) or an artifact.")
  private Path directory;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

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
    out.print(json ? json(report) + "\n" : ReportText.of(report));
    out.flush();
    return 0;
  }

  private static String json(Map<String, Object> report) throws CompileException {
    try {
      return new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .writerWithDefaultPrettyPrinter()
          .writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }
}
