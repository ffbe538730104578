package io.ganglion.loadgen;

import com.sun.management.OperatingSystemMXBean;
import io.ganglion.api.ModelInfo;
import io.ganglion.cli.FailureException;
import io.ganglion.cli.UsageException;
import io.ganglion.cli.pairs.PairFile;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command {@code loadgen}. The exit code is 0 only if no request failed and the run is valid.
 */
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
      "  loadgen --sweep-load --slo p99=130ms --html sweep.html",
      "  loadgen --task rerank --data queries.tsv --clients 8",
      "  loadgen --pair \"It rained.\" \"It was wet.\"",
      "  loadgen attack --list"
    },
    subcommands = AttackCommand.class)
final class LoadgenCommand implements Callable<Integer> {
  static final OperatingSystemMXBean CPU =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  @Spec CommandSpec spec;

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
    checkTask();
    PairFile file = load.data == null ? PairSet.bundled() : PairFile.read(load.data, PairFile.MOST);
    if (output.accuracy != null && !file.labelled()) {
      throw new FailureException(
          "No accuracy to write to " + output.accuracy + ": " + file.name() + " has no labels");
    }
    Instant start = Instant.now();
    try (Connections connections = new Connections(target, load.task)) {
      List<ModelInfo> models = connections.check();
      List<String> labels = models.isEmpty() ? MrpcRequests.LABELS : models.get(0).labels();
      if (load.pair != null) {
        LongSupplier nowNs = connections.scheduler()::nowNs;
        return new Questions(connections, nowNs, labels, out, load.pair).run(plan.cycle());
      }
      PairSet pairs = pairs(file, labels);
      pairs.notes().forEach(err::println);
      LatencyLog log = output.latencies == null ? null : new LatencyLog();
      Provenance provenance =
          new Provenance(
              start, spec.commandLine().getParseResult().originalArgs(), Machine.local(), models);
      ReportFiles files = new ReportFiles(output, provenance, log, out);
      LoadRunner runner =
          new LoadRunner(connections, connections.scheduler(), CPU::getProcessCpuTime, pairs, log);
      Interruption interruption = new Interruption(runner);
      try {
        return measure(runner, plan, objectives, files) ? 0 : 1;
      } finally {
        interruption.close();
      }
    }
  }

  private void checkTask() {
    if (load.task == Task.CLASSIFY) {
      return;
    }
    if (load.data == null) {
      throw new UsageException("--task %s needs --data".formatted(load.task));
    }
    if (load.pair != null) {
      throw new UsageException("--pair is for --task classify");
    }
    if (output.accuracy != null) {
      throw new UsageException("--save-accuracy is for --task classify; use --json");
    }
  }

  /** Whether everything succeeded. */
  private boolean measure(LoadRunner runner, LoadPlan plan, List<Slo> objectives, ReportFiles files)
      throws IOException, InterruptedException {
    if (!load.findPeak && !load.sweepLoad) {
      RunReport report = run(runner, plan);
      files.write(report);
      return report.verdict().good();
    }
    RateStudy study = load.findPeak ? peak(runner, plan, objectives) : sweep(runner, objectives);
    files.write(study);
    return study.good();
  }

  private List<Slo> objectives() {
    if (load.slo == null) {
      return List.of(Slo.parse(load.sweepLoad ? "p99=130ms" : "p99=200ms"));
    }
    if (!load.findPeak && !load.sweepLoad) {
      throw new UsageException("--slo is for --find-peak and --sweep-load");
    }
    if (load.sweepLoad && load.slo.size() > 1) {
      throw new UsageException("--sweep-load takes one --slo");
    }
    return load.slo.stream().map(Slo::parse).toList();
  }

  /**
   * The pairs to send. The bundled labels are not used if they answer another question than the
   * model.
   */
  private PairSet pairs(PairFile file, List<String> labels) {
    if (load.task != Task.CLASSIFY) {
      return TaskData.of(load.task, file);
    }
    PairSet pairs = PairSet.of(file, labels);
    return load.data == null && !PairSet.bundledLabelsFit(labels) ? pairs.withoutLabels() : pairs;
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

  private RateStudy peak(LoadRunner runner, LoadPlan plan, List<Slo> objectives)
      throws InterruptedException {
    return new PeakSearch(
            rate -> run(runner, plan.atRate(rate)), objectives, runner::interrupted, err)
        .find();
  }

  private RateStudy sweep(LoadRunner runner, List<Slo> objectives) throws InterruptedException {
    return new LoadSweep(
            plan -> run(runner, plan),
            SweepPlan.of(load),
            objectives.get(0),
            runner::interrupted,
            err)
        .run();
  }
}
