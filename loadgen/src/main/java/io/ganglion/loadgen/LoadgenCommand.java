package io.ganglion.loadgen;

import io.ganglion.cli.FailureException;
import io.ganglion.cli.UsageException;
import io.ganglion.cli.pairs.PairFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;

/** What {@code loadgen} does with its flags. Exit code 0 only when no request failed. */
@Command(
    name = "loadgen",
    description =
        "Drives Ganglion servers with concurrent clients and reports latency, throughput and"
            + " accuracy.",
    exitCodeList = {"0:Done.", "1:A request failed, or the run is not valid.", "2:Wrong usage."},
    footer = {
      "Examples:",
      "  loadgen --clients 96 --cycle 128",
      "  loadgen --rate 500 --duration 60s --warmup 10s --html run.html",
      "  loadgen --find-peak --slo p99=200ms --duration 10s",
      "  loadgen --pair \"It rained.\" \"It was wet.\""
    })
final class LoadgenCommand implements Callable<Integer> {
  @ArgGroup(validate = false, heading = "%nServers:%n")
  TargetOptions target = new TargetOptions();

  @ArgGroup(validate = false, heading = "%nLoad:%n")
  LoadOptions load = new LoadOptions();

  @ArgGroup(validate = false, heading = "%nResults:%n")
  OutputOptions output = new OutputOptions();

  private final PrintStream out;
  private final PrintStream err;

  LoadgenCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    LoadPlan plan = LoadPlan.of(load);
    List<Slo> objectives = objectives();
    output.check();
    PairFile file = load.data == null ? PairSet.bundled() : PairFile.read(load.data, PairFile.MOST);
    if (output.accuracy != null && !file.labelled()) {
      throw new FailureException(
          "No accuracy to write to " + output.accuracy + ": " + file.name() + " has no labels");
    }
    try (Connections connections = new Connections(target)) {
      if (load.pair != null) {
        connections.check();
        return new Questions(connections, out, load.pair).run(plan.cycle());
      }
      PairSet pairs = PairSet.of(file, connections.check());
      pairs.notes().forEach(err::println);
      LatencyLog log = output.latencies == null ? null : new LatencyLog();
      LoadRunner runner = new LoadRunner(connections, pairs, log);
      Interruption interruption = new Interruption(runner);
      try {
        RunReport report = load.findPeak ? peak(runner, plan, objectives) : run(runner, plan);
        write(report, log);
        return report.failed() == 0 && report.valid() ? 0 : 1;
      } finally {
        interruption.close();
      }
    }
  }

  private List<Slo> objectives() {
    List<String> texts = load.slo == null ? List.of("p99=200ms") : load.slo;
    if (load.slo != null && !load.findPeak) {
      throw new UsageException("--slo is for --find-peak");
    }
    return texts.stream().map(Slo::parse).toList();
  }

  private RunReport run(LoadRunner runner, LoadPlan plan) throws InterruptedException {
    if (output.quiet) {
      return runner.run(plan, second -> {});
    }
    Progress progress = new Progress(err, CommandLine.Help.Ansi.AUTO.enabled());
    RunReport report = runner.run(plan, progress);
    progress.end();
    return report;
  }

  private RunReport peak(LoadRunner runner, LoadPlan plan, List<Slo> objectives)
      throws InterruptedException {
    return new PeakSearch(
            rate -> run(runner, plan.atRate(rate)), objectives, runner::interrupted, err)
        .find();
  }

  private void write(RunReport report, @Nullable LatencyLog log) throws IOException {
    if ("-".equals(output.json)) {
      out.println(JsonReport.of(report));
    } else {
      out.println(report.title());
      out.print(TextReport.of(report));
      if (output.json != null) {
        text(Path.of(output.json), JsonReport.of(report) + "\n");
      }
    }
    if (output.latencies != null && log != null) {
      log.appendTo(output.latencies);
    }
    if (output.accuracy != null) {
      saveAccuracy(output.accuracy, report);
    }
    if (output.hgrm != null) {
      try (PrintStream file = new PrintStream(output.hgrm.toFile(), StandardCharsets.UTF_8)) {
        report.latencies().outputPercentileDistribution(file, 1e6);
      }
    }
    if (output.html != null) {
      text(output.html, HtmlReport.of(report));
    }
  }

  private static void saveAccuracy(Path file, RunReport report) throws IOException {
    if (report.accuracy().isEmpty()) {
      throw new FailureException(
          "No accuracy to write to " + file + ": no answered pair has a label");
    }
    text(file, String.format(Locale.ROOT, "%s", report.accuracy().getAsDouble()));
  }

  private static void text(Path file, String text) throws IOException {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new FailureException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
