package io.ganglion.bench;

import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.measure.Rounds;
import io.ganglion.bench.measure.Rows;
import io.ganglion.bench.measure.ScalingRows;
import io.ganglion.bench.model.ModelException;
import io.ganglion.bench.model.Models;
import io.ganglion.bench.profile.CoreProfile;
import io.ganglion.bench.profile.GroupCost;
import io.ganglion.bench.report.Machine;
import io.ganglion.bench.report.Report;
import io.ganglion.bench.report.ScalingReport;
import io.ganglion.bench.report.ScalingTable;
import io.ganglion.bench.report.Yardstick;
import io.ganglion.bench.workload.ModelWork;
import io.ganglion.bench.workload.Workload;
import io.ganglion.core.cpu.UnitPeak;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@code bench} over a model and its pairs.
 *
 * @param manifest of the model's fp32 artifact
 * @param cores of every row, or the most of them
 * @param header what was asked for, and when, by name
 * @param progress takes a sentence about each step
 */
record BenchRun(
    Models models,
    ModelManifest manifest,
    Workload workload,
    int cores,
    Map<String, Object> header,
    Consumer<String> progress) {
  private static final int PROFILED_BATCH = 8;

  /** All rows, or those {@code wanted} by name or by a part of it. */
  Report compare(@Nullable List<String> wanted, Rounds rounds, double calibrationSeconds)
      throws InterruptedException {
    Map<Precision, UnitPeak> peaks = peaks();
    Rows all = new Rows(models, manifest, workload, cores, calibrationSeconds);
    Map<String, Rows.Opener> chosen = new LinkedHashMap<>(all.all());
    if (wanted != null) {
      chosen.keySet().retainAll(chosen(chosen.keySet(), wanted));
    }
    return new Report(machine(peaks), facts(), yardstick(peaks), rounds.run(chosen));
  }

  /** A word that is a row's name means that row alone; others all rows that contain it. */
  static List<String> chosen(Set<String> names, List<String> wanted) {
    return names.stream()
        .filter(
            name ->
                wanted.stream()
                    .anyMatch(
                        word -> names.contains(word) ? name.equals(word) : name.contains(word)))
        .toList();
  }

  /** A precision after the other, so that fewer models are in memory at a time. */
  ScalingReport scaling(Rounds rounds) throws InterruptedException {
    ScalingRows rows = new ScalingRows(models, manifest, workload, cores);
    List<ScalingTable> tables = new ArrayList<>();
    for (Precision precision : List.of(Precision.BF16, Precision.INT8)) {
      tables.add(new ScalingTable(precision, cores, rounds.run(rows.of(precision))));
    }
    return new ScalingReport(machine(Map.of()), facts(), tables);
  }

  /** Prints where the time of our core goes, and what tokens cost by how many run together. */
  void profile(@Nullable Path data, Consumer<String> out) throws InterruptedException {
    Map<Precision, UnitPeak> peaks = peaks();
    machine(peaks).forEach((name, value) -> out.accept(Report.fact(name, value)));
    ModelWork work = new ModelWork(manifest.dimensions());
    for (Precision precision : Precision.values()) {
      try {
        Path artifact = models.artifact(precision);
        CoreProfile one = CoreProfile.of(artifact, PROFILED_BATCH, data);
        out.accept(one.text("ganglion " + precision + ", batches of " + PROFILED_BATCH));
        if (precision != Precision.FP32) {
          out.accept(GroupCost.of(artifact, work).text());
        }
      } catch (ModelException | EngineException e) {
        out.accept("ganglion " + precision + " not run: " + e.getMessage() + "\n");
      }
    }
  }

  private Map<Precision, UnitPeak> peaks() {
    progress.accept("measuring the multiply units");
    Map<Precision, UnitPeak> peaks = new EnumMap<>(Precision.class);
    for (Precision precision : Precision.values()) {
      peaks.put(precision, UnitPeak.measure(precision));
    }
    return peaks;
  }

  private Yardstick yardstick(Map<Precision, UnitPeak> peaks) {
    Map<Precision, Double> speeds = new EnumMap<>(Precision.class);
    peaks.forEach((precision, peak) -> speeds.put(precision, peak.operationsPerSecond()));
    double tokens = (double) workload.tokens() / workload.size();
    double operations = new ModelWork(manifest.dimensions()).meanText(workload);
    return new Yardstick(tokens, operations, cores, speeds);
  }

  private Map<String, Object> machine(Map<Precision, UnitPeak> peaks) {
    Map<String, Object> facts = new LinkedHashMap<>(header);
    facts.putAll(Machine.facts(cores));
    peaks.forEach((precision, peak) -> facts.put("peak " + precision, Machine.words(peak)));
    return facts;
  }

  private Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("layers", manifest.dimensions().layers());
    facts.put("hidden_size", manifest.dimensions().hiddenSize());
    facts.put("padded_length", manifest.sequenceLength());
    facts.put("pairs", workload.size());
    facts.put("mean_tokens", Math.round(100.0 * workload.tokens() / workload.size()) / 100.0);
    facts.put("median_tokens", workload.lengthAt(0.5));
    facts.put("p95_tokens", workload.lengthAt(0.95));
    return facts;
  }
}
