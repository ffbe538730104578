package io.ganglion.compiler.cli;

import io.ganglion.compiler.pipeline.ModelCompiler;
import io.ganglion.compiler.pipeline.RefusedException;
import io.ganglion.compiler.pipeline.Trial;
import io.ganglion.compiler.verify.Bounds;
import io.ganglion.compiler.verify.Differences;
import io.ganglion.compiler.verify.Verification;
import io.ganglion.runtime.model.ModelManifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The result of a compilation for machines: what {@link CompileReport} prints for people. */
final class CompileJson {
  private CompileJson() {}

  /** The report of a model that was written. */
  static Map<String, Object> written(ModelCompiler.Result result, double seconds) {
    ModelManifest manifest = result.manifest();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("accepted", true);
    report.put("precision", manifest.precision().toString());
    report.put("matrices_in_bf16", manifest.layerPrecision().keySet().stream().sorted().toList());
    report.put("labels", manifest.labels());
    report.put("parameters", result.source().model().parameters());
    report.put("weight_bytes", result.weightBytes());
    report.put("source_digest", manifest.provenance().sourceDigest());
    report.put("compiler_version", manifest.provenance().compilerVersion());
    report.put("settings", manifest.provenance().flags());
    report.put("compared_on", compared(manifest));
    report.put("oracle", result.oracle());
    report.put("trials", trials(result.trials(), result.texts()));
    Verification emitted = result.emitted();
    if (emitted != null) {
      report.put("saved_model", figures(emitted, result.texts()));
    }
    report.put(
        "warnings",
        result.doubts().stream()
            .map(doubt -> GateReport.sentence(doubt, result.verification()))
            .toList());
    report.put("seconds", seconds);
    return report;
  }

  /** The report of a model that no precision made good enough. */
  static Map<String, Object> refused(RefusedException e) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("accepted", false);
    report.put("why", String.valueOf(e.getMessage()));
    report.put("compared_on", compared(e.trials().get(0).manifest()));
    report.put("oracle", e.oracle());
    report.put("trials", trials(e.trials(), e.texts()));
    return report;
  }

  private static Map<String, Object> compared(ModelManifest manifest) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("texts", manifest.provenance().verified().texts());
    report.put("sha256", manifest.provenance().verified().sha256());
    report.put("inputs", manifest.provenance().verified().inputs());
    return report;
  }

  private static List<Map<String, Object>> trials(List<Trial> trials, List<String> texts) {
    return trials.stream().map(trial -> trial(trial, texts)).toList();
  }

  private static Map<String, Object> trial(Trial trial, List<String> texts) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("precision", trial.manifest().precision().toString());
    report.put("matrices_in_bf16", trial.manifest().layerPrecision().size());
    report.put("accepted", trial.isAccepted());
    if (trial.complaint() != null) {
      report.put("why", trial.complaint());
    }
    report.put("inputs_per_second", trial.perSecond());
    report.putAll(figures(trial.verification(), texts));
    report.put("allowed", allowed(trial.bounds(), trial.verification()));
    return report;
  }

  private static Map<String, Object> figures(Verification verification, List<String> texts) {
    Differences differences = verification.differences();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("terms", verification.terms().name().toLowerCase(Locale.ROOT));
    report.put("mean", differences.mean());
    report.put("percentile_99_9", differences.tail());
    report.put("largest", differences.largest());
    verification
        .labels()
        .ifPresent(
            labels -> {
              report.put("labels_all", labels.all());
              report.put("labels_kept", labels.kept());
              report.put("labels_clear", labels.clear());
              report.put("labels_clear_kept", labels.clearKept());
            });
    verification.rankCorrelation().ifPresent(value -> report.put("rank_correlation", value));
    report.put("worst", differences.worst().stream().map(worst -> worst(worst, texts)).toList());
    return report;
  }

  private static Map<String, Object> worst(Differences.Worst worst, List<String> texts) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("difference", worst.difference());
    report.put("input", worst.input());
    report.put("text", texts.get(worst.input()));
    return report;
  }

  private static Map<String, Object> allowed(Bounds bounds, Verification verification) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("mean", bounds.mean());
    report.put("percentile_99_9", bounds.tail());
    verification.labels().ifPresent(labels -> report.put("clear_labels_kept", bounds.labels()));
    verification
        .rankCorrelation()
        .ifPresent(value -> report.put("rank_correlation", bounds.rankCorrelation()));
    return report;
  }
}
