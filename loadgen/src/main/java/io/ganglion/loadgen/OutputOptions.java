package io.ganglion.loadgen;

import io.ganglion.cli.OutputFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags for the files of results. */
final class OutputOptions {
  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the results as JSON; - for standard output, in place of the table.")
  @Nullable String json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write one page with curves; it needs no network.")
  @Nullable Path html;

  @Option(
      names = "--hgrm",
      paramLabel = "FILE",
      description = "Write the latency distribution in HdrHistogram's format, in milliseconds.")
  @Nullable Path hgrm;

  @Option(
      names = "--latencies-file",
      paramLabel = "FILE",
      description = "Append each latency in seconds, one a line, as the AWS Neuron demo does.")
  @Nullable Path latencies;

  @Option(
      names = "--save-accuracy",
      paramLabel = "FILE",
      description = "Write the accuracy as one number.")
  @Nullable Path accuracy;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress lines.")
  boolean quiet;

  /** Checks the files before the run. */
  void check() {
    check("--json", "-".equals(json) || json == null ? null : Path.of(json));
    check("--html", html);
    check("--hgrm", hgrm);
    check("--latencies-file", latencies);
    check("--save-accuracy", accuracy);
  }

  private static void check(String flag, @Nullable Path file) {
    if (file != null) {
      OutputFiles.requireWritable(flag, file);
    }
  }
}
