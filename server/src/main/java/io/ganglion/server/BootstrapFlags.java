package io.ganglion.server;

import io.ganglion.cli.UsageException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags for a run without gRPC. */
final class BootstrapFlags {
  @Option(
      names = "--bootstrap",
      description =
          "Run a data set through the cores, without gRPC, print throughput and accuracy,"
              + " and exit.")
  boolean asked;

  @Option(
      names = "--data",
      paramLabel = "TSV",
      description = "Texts for --bootstrap, in GLUE's columns, with their header.")
  @Nullable Path data;

  @Option(
      names = "--bootstrap-time",
      defaultValue = "10s",
      paramLabel = "TIME",
      description = "Shortest run of --bootstrap, in whole passes through the data.")
  Duration least;

  void check() {
    FlagChecks.timeOrZero("--bootstrap-time", least);
  }

  Path data() {
    if (data == null) {
      throw new UsageException("--bootstrap needs a data set: --data FILE.tsv");
    }
    return data;
  }
}
