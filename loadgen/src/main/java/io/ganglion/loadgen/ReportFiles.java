package io.ganglion.loadgen;

import io.ganglion.cli.FailureException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the results to the outputs that the flags name. */
final class ReportFiles {
  /** A report in each of its forms. */
  private record Forms(String text, String json, String html) {}

  private final OutputOptions options;
  private final Provenance provenance;
  private final @Nullable LatencyLog log;
  private final PrintStream out;

  /**
   * The files of one measurement.
   *
   * @param log every latency; null if they were not kept
   */
  ReportFiles(
      OutputOptions options, Provenance provenance, @Nullable LatencyLog log, PrintStream out) {
    this.options = options;
    this.provenance = provenance;
    this.log = log;
    this.out = out;
  }

  void write(RunReport report) throws IOException {
    Forms forms =
        new Forms(
            TextReport.of(report, provenance),
            JsonReport.of(report, provenance),
            HtmlReport.of(report, provenance));
    write(forms, Optional.of(report));
  }

  void write(RateStudy study) throws IOException {
    Forms forms =
        new Forms(
            TextReport.of(study, provenance),
            JsonReport.of(study, provenance),
            HtmlStudy.of(study, provenance));
    write(forms, study.detail());
  }

  private void write(Forms forms, Optional<RunReport> run) throws IOException {
    if ("-".equals(options.json)) {
      out.println(forms.json());
    } else {
      out.print(forms.text());
      if (options.json != null) {
        text(Path.of(options.json), forms.json() + "\n");
      }
    }
    if (options.html != null) {
      text(options.html, forms.html());
    }
    if (options.latencies != null && log != null) {
      log.appendTo(options.latencies);
    }
    if (options.hgrm != null && run.isPresent()) {
      try (PrintStream file = new PrintStream(options.hgrm.toFile(), StandardCharsets.UTF_8)) {
        run.get().latencies().outputPercentileDistribution(file, 1e6);
      }
    }
    if (options.accuracy != null) {
      saveAccuracy(options.accuracy, run);
    }
  }

  private static void saveAccuracy(Path file, Optional<RunReport> run) throws IOException {
    if (run.isEmpty() || run.get().counts().accuracy().isEmpty()) {
      throw new FailureException(
          "No accuracy to write to " + file + ": no answered pair has a label");
    }
    text(file, String.format(Locale.ROOT, "%s", run.get().counts().accuracy().getAsDouble()));
  }

  private static void text(Path file, String text) throws IOException {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new FailureException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
