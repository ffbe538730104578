package io.ganglion.bench.measure;

import io.ganglion.bench.engine.CoreEngine;
import io.ganglion.bench.engine.Engine;
import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.engine.Layout;
import io.ganglion.bench.engine.OnnxRuntimeEngine;
import io.ganglion.bench.engine.PyTorchEngine;
import io.ganglion.bench.engine.RooflineEngine;
import io.ganglion.bench.engine.TensorFlowEngine;
import io.ganglion.bench.measure.EngineContender.Candidates;
import io.ganglion.bench.model.ModelException;
import io.ganglion.bench.model.Models;
import io.ganglion.bench.onnx.ModelWeights;
import io.ganglion.bench.report.RowNames;
import io.ganglion.bench.workload.Workload;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The rows of the table, each made ready on demand. Not thread-safe. */
public final class Rows {
  private static final List<Integer> RIVAL_BATCH_SIZES = List.of(1, 2, 4, 8);
  private static final List<Integer> PYTORCH_BATCH_SIZES = List.of(4, 8, 16, 32);
  private static final List<Integer> OUR_BATCH_SIZES = List.of(4, 8, 12, 16);

  private final Models models;
  private final ModelManifest manifest;
  private final Workload workload;
  private final int threads;
  private final double calibrationSeconds;
  private final Map<Precision, Integer> batchSizes = new EnumMap<>(Precision.class);

  /**
   * @param manifest of the fp32 artifact
   * @param calibrationSeconds for each setting that is tried
   */
  public Rows(
      Models models,
      ModelManifest manifest,
      Workload workload,
      int threads,
      double calibrationSeconds) {
    this.models = models;
    this.manifest = manifest;
    this.workload = workload;
    this.threads = threads;
    this.calibrationSeconds = calibrationSeconds;
  }

  /** Makes a row ready: models, calibration, warm-up. */
  @FunctionalInterface
  public interface Opener {
    Contender open() throws ModelException, EngineException, InterruptedException;
  }

  /** All rows in the order of the table: those of a ratio run one after the other. */
  public Map<String, Opener> all() {
    Map<String, Opener> rows = new LinkedHashMap<>();
    int full = manifest.sequenceLength();
    rows.put(RowNames.ORT_FP32_PADDED, () -> onnx(RowNames.ORT_FP32_PADDED, false, full, false));
    rows.put(RowNames.ORT_FP32_LONGEST, () -> onnx(RowNames.ORT_FP32_LONGEST, false, 0, false));
    rows.put(RowNames.OUR_FP32, () -> core(RowNames.OUR_FP32, Precision.FP32));
    rows.put(RowNames.TENSORFLOW, this::tensorFlow);
    rows.put(RowNames.PYTORCH_BF16, this::pyTorch);
    rows.put(RowNames.OUR_BF16, () -> core(RowNames.OUR_BF16, Precision.BF16));
    rows.put(RowNames.GRPC_BF16, () -> grpc(Precision.BF16));
    rows.put(RowNames.ROOFLINE_BF16, () -> roofline(RowNames.ROOFLINE_BF16, Precision.BF16));
    rows.put(RowNames.ORT_INT8_PADDED, () -> onnx(RowNames.ORT_INT8_PADDED, true, full, false));
    rows.put(RowNames.ORT_INT8_SORTED, () -> onnx(RowNames.ORT_INT8_SORTED, true, 0, true));
    rows.put(RowNames.ORT_INT8_LONGEST, () -> onnx(RowNames.ORT_INT8_LONGEST, true, 0, false));
    rows.put(RowNames.OUR_INT8, () -> core(RowNames.OUR_INT8, Precision.INT8));
    rows.put(RowNames.GRPC_INT8, () -> grpc(Precision.INT8));
    rows.put(RowNames.ROOFLINE_INT8, () -> roofline(RowNames.ROOFLINE_INT8, Precision.INT8));
    return rows;
  }

  private Contender tensorFlow() throws EngineException, ModelException, InterruptedException {
    Path model = models.savedModel();
    SourceOutput output = SourceOutput.of(models.artifact(Precision.FP32), manifest);
    return rival(
        RowNames.TENSORFLOW,
        false,
        RIVAL_BATCH_SIZES,
        layout -> {
          Engine engine = new TensorFlowEngine(model, layout, threads, manifest.sequenceLength());
          output.learn(engine);
          return engine;
        },
        output);
  }

  private Contender onnx(String name, boolean int8, int fixedLength, boolean sorted)
      throws EngineException, ModelException, InterruptedException {
    Path file = models.onnx(int8);
    return rival(
        name,
        sorted,
        RIVAL_BATCH_SIZES,
        layout -> new OnnxRuntimeEngine(file, layout, threads, fixedLength),
        manifest::answer);
  }

  /** Its batches may be larger: it lays weights out anew in every product. */
  private Contender pyTorch() throws EngineException, ModelException, InterruptedException {
    Path directory = models.artifact(Precision.FP32);
    try (Artifact artifact = Artifact.open(directory)) {
      ModelWeights weights = ModelWeights.of(artifact);
      return rival(
          RowNames.PYTORCH_BF16,
          false,
          PYTORCH_BATCH_SIZES,
          layout -> new PyTorchEngine(weights, PyTorchEngine.Type.BF16, layout, threads),
          manifest::answer);
    } catch (ArtifactException e) {
      throw new ModelException("Cannot open " + directory + ": " + e.getMessage(), e);
    }
  }

  private Contender rival(
      String name,
      boolean sorted,
      List<Integer> batchSizes,
      EngineContender.Loader loader,
      UnaryOperator<float[]> toProbabilities)
      throws EngineException, InterruptedException {
    List<Layout> layouts = threads == 1 ? List.of(Layout.APART) : List.of(Layout.values());
    return EngineContender.calibrate(
        new Candidates(name, layouts, batchSizes, sorted, calibrationSeconds),
        loader,
        workload,
        toProbabilities);
  }

  private Contender core(String name, Precision precision)
      throws EngineException, ModelException, InterruptedException {
    Path artifact = models.artifact(precision);
    EngineContender contender =
        EngineContender.calibrate(
            new Candidates(name, List.of(Layout.APART), OUR_BATCH_SIZES, false, calibrationSeconds),
            layout -> new CoreEngine(artifact, threads),
            workload,
            manifest::answer);
    batchSizes.put(precision, contender.batchSize());
    return contender;
  }

  private Contender grpc(Precision precision)
      throws EngineException, ModelException, InterruptedException {
    int batch = batchSize(precision);
    List<String> flags =
        List.of("--parallel", Integer.toString(threads), "--batch", Integer.toString(batch));
    return GrpcContender.start(
        models.tiny().artifact(precision), models.artifact(precision), flags, batch, workload);
  }

  /** In the batches that the core runs, or it would be another one's bound. */
  private Contender roofline(String name, Precision precision)
      throws EngineException, ModelException, InterruptedException {
    Path artifact = models.artifact(precision);
    return EngineContender.calibrate(
        new Candidates(name, List.of(Layout.APART), List.of(batchSize(precision)), false, 0),
        layout -> new RooflineEngine(artifact, threads),
        workload,
        manifest::answer);
  }

  private int batchSize(Precision precision) {
    return batchSizes.getOrDefault(precision, manifest.batchSize());
  }
}
