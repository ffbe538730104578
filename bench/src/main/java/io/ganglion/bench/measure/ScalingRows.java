package io.ganglion.bench.measure;

import io.ganglion.bench.engine.CoreEngine;
import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.engine.Layout;
import io.ganglion.bench.measure.EngineContender.Candidates;
import io.ganglion.bench.model.ModelException;
import io.ganglion.bench.model.Models;
import io.ganglion.bench.report.ScalingRow;
import io.ganglion.bench.workload.Workload;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of a precision by which its use of many cores is told: in process and served by 1, 2, 4
 * and so on of them, and by a server with its default flags. All run batches of the artifact's own
 * size, as that server does. Not thread-safe.
 */
public final class ScalingRows {
  private final Models models;
  private final ModelManifest manifest;
  private final Workload workload;
  private final int mostCores;

  /**
   * @param manifest of one of the artifacts
   * @param mostCores the last and largest number of cores
   */
  public ScalingRows(Models models, ModelManifest manifest, Workload workload, int mostCores) {
    this.models = models;
    this.manifest = manifest;
    this.workload = workload;
    this.mostCores = mostCores;
  }

  /** Openers by the names of {@link ScalingRow}. */
  public Map<String, Rows.Opener> of(Precision precision) {
    Map<String, Rows.Opener> rows = new LinkedHashMap<>();
    for (int cores : ScalingRow.counts(mostCores)) {
      rows.put(ScalingRow.inProcess(precision, cores), () -> inProcess(precision, cores));
    }
    for (int cores : ScalingRow.counts(mostCores)) {
      List<String> flags = List.of("--parallel", Integer.toString(cores));
      rows.put(ScalingRow.served(precision, cores), () -> served(precision, flags));
    }
    rows.put(ScalingRow.servedByDefault(precision), () -> served(precision, List.of()));
    return rows;
  }

  private Contender inProcess(Precision precision, int cores)
      throws EngineException, ModelException, InterruptedException {
    Path artifact = models.artifact(precision);
    List<Integer> batch = List.of(manifest.batchSize());
    return EngineContender.calibrate(
        new Candidates(
            ScalingRow.inProcess(precision, cores), List.of(Layout.APART), batch, false, 0),
        layout -> new CoreEngine(artifact, cores),
        workload,
        manifest::answer);
  }

  private Contender served(Precision precision, List<String> flags)
      throws EngineException, ModelException, InterruptedException {
    return GrpcContender.start(
        models.tiny().artifact(precision),
        models.artifact(precision),
        flags,
        manifest.batchSize(),
        workload);
  }
}
