package io.ganglion.core.cpu;

import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.SafeTensors;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.model.WeightSchema.Dense;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an artifact's weights tensor by tensor and packs them for the kernels. Used once, by one
 * thread. Its results live as long as the scope.
 */
final class ModelLoader implements AutoCloseable {
  private final NativeScope scope;
  private final ModelManifest manifest;
  private final SafeTensors weights;
  private final CpuIsa isa;
  private final DensePacker packer;

  ModelLoader(NativeScope scope, ModelManifest manifest, SafeTensors weights, CpuIsa isa) {
    this.scope = scope;
    this.manifest = manifest;
    this.weights = weights;
    this.isa = isa;
    packer = new DensePacker(scope, weights, isa, largestMatrix());
  }

  PackedModel load() throws ArtifactException {
    ModelDimensions d = manifest.dimensions();
    List<PackedLayer> layers = new ArrayList<>();
    for (int layer = 0; layer < d.layers(); layer++) {
      layers.add(layer(layer));
    }
    List<PackedDense> head = new ArrayList<>();
    List<PostOp> activations = new ArrayList<>();
    for (HeadLayer layer : manifest.head()) {
      head.add(wide(layer.name(), layer.inputs(), layer.outputs(), null));
      activations.add(PostOp.of(layer.activation()));
    }
    float[] first = early(Dense.ATTENTION_OUTPUT, 0);
    boolean projects = d.projectsEmbeddings();
    return new PackedModel(
        manifest,
        isa,
        Embeddings.load(scope, weights, d.embeddingSize()),
        norm(WeightSchema.EMBEDDINGS_LAYER_NORM, d.embeddingSize(), projects ? null : first),
        projects
            ? wide(WeightSchema.EMBEDDINGS_PROJECTION, d.embeddingSize(), d.hiddenSize(), first)
            : null,
        layers,
        head,
        activations);
  }

  private PackedLayer layer(int layer) throws ArtifactException {
    int hidden = manifest.dimensions().hiddenSize();
    boolean last = layer == manifest.dimensions().layers() - 1;
    float[] attention = early(Dense.ATTENTION_OUTPUT, layer);
    float[] output = early(Dense.OUTPUT, layer);
    float[] next = last ? null : early(Dense.ATTENTION_OUTPUT, layer + 1);
    return new PackedLayer(
        encoderDense(Dense.QKV, layer, attention),
        encoderDense(Dense.ATTENTION_OUTPUT, layer, null),
        norm(WeightSchema.attentionLayerNorm(layer), hidden, output),
        encoderDense(Dense.INTERMEDIATE, layer, output),
        encoderDense(Dense.OUTPUT, layer, null),
        norm(WeightSchema.outputLayerNorm(layer), hidden, next));
  }

  /**
   * The bias of a layer whose kernel cannot add it, so that whatever writes the residual stream
   * before must; null if there is none.
   */
  private float @Nullable [] early(Dense dense, int layer) throws ArtifactException {
    String name = dense.name(layer);
    boolean int8 = isa.execution(WeightSchema.precisionOf(manifest, name)) == Precision.INT8;
    return int8 && dense.quantizesTokens() ? weights.floats(name + ".bias") : null;
  }

  /**
   * @param early the bias that its input holds already; null if none
   */
  private PackedDense encoderDense(Dense dense, int layer, float @Nullable [] early)
      throws ArtifactException {
    String name = dense.name(layer);
    ModelDimensions d = manifest.dimensions();
    Precision stored = WeightSchema.precisionOf(manifest, name);
    Precision runs = isa.execution(stored);
    TokenRange range = runs == Precision.INT8 ? range(dense) : null;
    DensePacker.Matrix matrix =
        new DensePacker.Matrix(name, dense.inputs(d), dense.outputs(d), stored, runs);
    float[] bias = range == null ? weights.floats(name + ".bias") : new float[matrix.outputs()];
    return packer.pack(matrix, bias, range, early);
  }

  /** How an int8 input's tokens spread over the steps; null if columns have scales instead. */
  private @Nullable TokenRange range(Dense dense) {
    if (!dense.quantizesTokens()) {
      return null;
    }
    return dense == Dense.OUTPUT
        ? TokenRange.notBelow(manifest.activation().lowest())
        : TokenRange.SIGNED;
  }

  /**
   * A dense layer outside the encoder layers, in fp32.
   *
   * @param early what its results get besides its own bias; null if nothing
   */
  private PackedDense wide(String name, int inputs, int outputs, float @Nullable [] early)
      throws ArtifactException {
    DensePacker.Matrix matrix =
        new DensePacker.Matrix(name, inputs, outputs, Precision.FP32, Precision.FP32);
    return packer.pack(matrix, sum(weights.floats(name + ".bias"), early), null, null);
  }

  private static float[] sum(float[] values, float @Nullable [] others) {
    float[] sum = values.clone();
    for (int i = 0; others != null && i < sum.length; i++) {
      sum[i] += others[i];
    }
    return sum;
  }

  /**
   * @param early what its results get besides; null if nothing
   */
  private PackedNorm norm(String name, int width, float @Nullable [] early)
      throws ArtifactException {
    return new PackedNorm(
        scope.vector(weights.floats(name + ".gamma"), width),
        scope.vector(sum(weights.floats(name + ".beta"), early), width));
  }

  /** Bytes of the largest matrix, in the precision in which it will run. */
  private long largestMatrix() {
    ModelDimensions d = manifest.dimensions();
    long hidden = DensePacker.roundUp(d.hiddenSize());
    long largest = hidden * Math.max(3 * hidden, DensePacker.roundUp(d.intermediateSize()));
    largest = Math.max(largest, (long) d.embeddingSize() * d.hiddenSize());
    for (HeadLayer layer : manifest.head()) {
      largest = Math.max(largest, (long) layer.inputs() * layer.outputs());
    }
    return largest * Float.BYTES;
  }

  @Override
  public void close() {
    packer.close();
  }
}
