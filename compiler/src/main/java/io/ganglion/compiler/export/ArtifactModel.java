package io.ganglion.compiler.export;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Weight;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.SafeTensors;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.WeightSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes a model of an artifact's tensors. It lasts as long as the artifact is open. What the
 * compiler does to a source's weights, which is to scale queries and to lay query, key and value
 * side by side, is undone, so that the same compilation gives the same bits again.
 */
final class ArtifactModel {
  private final SafeTensors tensors;
  private final ModelManifest manifest;
  private final ModelDimensions dimensions;

  private ArtifactModel(Artifact artifact) {
    this.tensors = artifact.weights();
    this.manifest = artifact.manifest();
    this.dimensions = manifest.dimensions();
  }

  static BertModel of(Artifact artifact) {
    return new ArtifactModel(artifact).model();
  }

  private BertModel model() {
    int width = dimensions.embeddingSize();
    List<EncoderLayer> layers = new ArrayList<>();
    IntStream.range(0, dimensions.layers()).mapToObj(this::layer).forEach(layers::add);
    return new BertModel(
        dimensions,
        manifest.task(),
        manifest.activation(),
        manifest.layerNormEpsilon(),
        weight(WeightSchema.WORD_EMBEDDINGS, dimensions.vocabularySize(), width),
        weight(WeightSchema.POSITION_EMBEDDINGS, dimensions.maxPositions(), width),
        weight(WeightSchema.SEGMENT_EMBEDDINGS, dimensions.segments(), width),
        norm(WeightSchema.EMBEDDINGS_LAYER_NORM, width),
        dimensions.projectsEmbeddings()
            ? dense(WeightSchema.EMBEDDINGS_PROJECTION, width, dimensions.hiddenSize())
            : null,
        layers,
        manifest.head().stream().map(this::head).toList());
  }

  private EncoderLayer layer(int index) {
    int hidden = dimensions.hiddenSize();
    float scale = (float) (1 / Math.sqrt((double) dimensions.headSize()));
    Dense query = third(index, 0);
    return new EncoderLayer(
        new Dense(unscaled(query.kernel(), scale), unscaled(query.bias(), scale)),
        third(index, 1),
        third(index, 2),
        scale,
        dense(index, WeightSchema.Dense.ATTENTION_OUTPUT),
        norm(WeightSchema.attentionLayerNorm(index), hidden),
        dense(index, WeightSchema.Dense.INTERMEDIATE),
        dense(index, WeightSchema.Dense.OUTPUT),
        norm(WeightSchema.outputLayerNorm(index), hidden));
  }

  /** Query, key or value: a third of the columns. */
  private Dense third(int layer, int third) {
    int hidden = dimensions.hiddenSize();
    Dense all = dense(layer, WeightSchema.Dense.QKV);
    return new Dense(
        columns(all.kernel(), third * hidden, hidden), columns(all.bias(), third * hidden, hidden));
  }

  private static Weight columns(Weight all, int from, int count) {
    int width = all.shape().get(all.shape().size() - 1);
    int rows = all.elements() / width;
    return Weight.of(
        all.name(),
        all.shape().size() == 1 ? List.of(count) : List.of(rows, count),
        () -> {
          float[] values = all.read();
          float[] part = new float[rows * count];
          for (int row = 0; row < rows; row++) {
            System.arraycopy(values, row * width + from, part, row * count, count);
          }
          return part;
        });
  }

  private static Weight unscaled(Weight scaled, float scale) {
    return Weight.of(
        scaled.name(),
        scaled.shape(),
        () -> {
          float[] values = scaled.read();
          for (int i = 0; i < values.length; i++) {
            values[i] = unscaled(values[i], scale);
          }
          return values;
        });
  }

  /**
   * A number that is {@code value} again when it is scaled. A quotient may miss it by its last bit;
   * if no neighbour does better, the number was rounded to 16 bits, which hide such a bit.
   */
  static float unscaled(float value, float scale) {
    float quotient = value / scale;
    for (float near : new float[] {quotient, Math.nextUp(quotient), Math.nextDown(quotient)}) {
      if (near * scale == value) {
        return near;
      }
    }
    return quotient;
  }

  private Dense dense(int layer, WeightSchema.Dense dense) {
    return dense(dense.name(layer), dense.inputs(dimensions), dense.outputs(dimensions));
  }

  private HeadDense head(HeadLayer layer) {
    return new HeadDense(
        layer.name(), dense(layer.name(), layer.inputs(), layer.outputs()), layer.activation());
  }

  private Dense dense(String name, int inputs, int outputs) {
    return new Dense(weight(name + ".weight", inputs, outputs), weight(name + ".bias", outputs));
  }

  private LayerNorm norm(String name, int size) {
    return new LayerNorm(weight(name + ".gamma", size), weight(name + ".beta", size));
  }

  private Weight weight(String name, Integer... shape) {
    return Weight.of(
        name,
        Arrays.asList(shape),
        () -> {
          try {
            return tensors.reals(name);
          } catch (ArtifactException e) {
            throw new CompileException(e.getMessage(), e);
          }
        });
  }
}
