package io.ganglion.runtime.core;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.TensorValues;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.model.WeightSchema.Dense;
import io.ganglion.runtime.text.TokenSequence;
import java.util.function.BiConsumer;

/**
 * BERT written as plainly as possible, in double. Every core is measured against it. Weights in
 * bf16 and int8 are read as the numbers that they stand for; activations are not rounded. Not
 * thread-safe, and slow.
 */
public final class ReferenceEncoder {
  private final ModelManifest manifest;
  private final ModelDimensions dimensions;
  private final TensorValues weights;
  private BiConsumer<String, double[][]> observer = (dense, inputs) -> {};

  public ReferenceEncoder(ModelManifest manifest, TensorValues weights) {
    this.manifest = manifest;
    this.dimensions = manifest.dimensions();
    this.weights = weights;
  }

  public static ReferenceEncoder of(Artifact artifact) {
    return new ReferenceEncoder(artifact.manifest(), TensorValues.of(artifact.weights()));
  }

  /** Calls {@code observer} with the name and the input of each encoder matrix. */
  public ReferenceEncoder observedBy(BiConsumer<String, double[][]> observer) {
    this.observer = observer;
    return this;
  }

  /** The outputs for one request: a row, or a row for each token. */
  public float[] outputs(TokenSequence sequence) throws ArtifactException {
    double[][] hidden = embed(sequence);
    for (int layer = 0; layer < dimensions.layers(); layer++) {
      hidden = layer(hidden, layer);
    }
    double[][] rows = pool(hidden, manifest.task().pooling());
    int width = manifest.outputWidth();
    float[] outputs = new float[rows.length * width];
    for (int row = 0; row < rows.length; row++) {
      double[] x = rows[row];
      for (HeadLayer layer : manifest.head()) {
        x = apply(x, layer.name(), layer.outputs());
        activate(layer.activation(), x);
      }
      for (int i = 0; i < width; i++) {
        outputs[row * width + i] = (float) x[i];
      }
    }
    return outputs;
  }

  private static double[][] pool(double[][] hidden, Pooling pooling) {
    return switch (pooling) {
      case NONE -> hidden;
      case FIRST -> new double[][] {hidden[0]};
      case MEAN -> {
        double[] mean = new double[hidden[0].length];
        for (double[] row : hidden) {
          for (int i = 0; i < mean.length; i++) {
            mean[i] += row[i] / hidden.length;
          }
        }
        yield new double[][] {mean};
      }
      case MAX -> {
        double[] max = hidden[0].clone();
        for (double[] row : hidden) {
          for (int i = 0; i < max.length; i++) {
            max[i] = Math.max(max[i], row[i]);
          }
        }
        yield new double[][] {max};
      }
    };
  }

  private double[][] embed(TokenSequence sequence) throws ArtifactException {
    int width = dimensions.embeddingSize();
    double[] words = weights.get(WeightSchema.WORD_EMBEDDINGS);
    double[] positions = weights.get(WeightSchema.POSITION_EMBEDDINGS);
    double[] segments = weights.get(WeightSchema.SEGMENT_EMBEDDINGS);
    double[][] hidden = new double[sequence.length()][width];
    for (int t = 0; t < hidden.length; t++) {
      int word = sequence.inputIds()[t];
      int segment = sequence.segmentIds()[t];
      for (int i = 0; i < width; i++) {
        hidden[t][i] =
            words[word * width + i] + positions[t * width + i] + segments[segment * width + i];
      }
    }
    normalize(hidden, WeightSchema.EMBEDDINGS_LAYER_NORM);
    if (dimensions.projectsEmbeddings()) {
      for (int t = 0; t < hidden.length; t++) {
        hidden[t] = apply(hidden[t], WeightSchema.EMBEDDINGS_PROJECTION, dimensions.hiddenSize());
      }
    }
    return hidden;
  }

  private double[][] layer(double[][] input, int layer) throws ArtifactException {
    double[][] context = attend(dense(input, Dense.QKV, layer));
    double[][] attention =
        normalize(
            sum(dense(context, Dense.ATTENTION_OUTPUT, layer), input),
            WeightSchema.attentionLayerNorm(layer));
    double[][] intermediate = dense(attention, Dense.INTERMEDIATE, layer);
    for (double[] row : intermediate) {
      activate(manifest.activation(), row);
    }
    return normalize(
        sum(dense(intermediate, Dense.OUTPUT, layer), attention),
        WeightSchema.outputLayerNorm(layer));
  }

  private double[][] attend(double[][] qkv) {
    int width = dimensions.hiddenSize();
    int headSize = dimensions.headSize();
    double[][] context = new double[qkv.length][width];
    for (int head = 0; head < dimensions.heads(); head++) {
      int q = head * headSize;
      int k = width + q;
      int v = width + k;
      for (int t = 0; t < qkv.length; t++) {
        double[] weight = new double[qkv.length];
        double max = Double.NEGATIVE_INFINITY;
        for (int u = 0; u < qkv.length; u++) {
          for (int i = 0; i < headSize; i++) {
            weight[u] += qkv[t][q + i] * qkv[u][k + i]; // the query is scaled already
          }
          max = Math.max(max, weight[u]);
        }
        double total = 0;
        for (int u = 0; u < qkv.length; u++) {
          weight[u] = Math.exp(weight[u] - max);
          total += weight[u];
        }
        for (int u = 0; u < qkv.length; u++) {
          for (int i = 0; i < headSize; i++) {
            context[t][q + i] += weight[u] / total * qkv[u][v + i];
          }
        }
      }
    }
    return context;
  }

  private double[][] dense(double[][] input, Dense dense, int layer) throws ArtifactException {
    String name = dense.name(layer);
    observer.accept(name, input);
    double[][] output = new double[input.length][];
    for (int t = 0; t < input.length; t++) {
      output[t] = apply(input[t], name, dense.outputs(dimensions));
    }
    return output;
  }

  private double[] apply(double[] x, String name, int outputs) throws ArtifactException {
    double[] weight = weights.get(name + ".weight");
    double[] y = weights.get(name + ".bias").clone();
    for (int i = 0; i < x.length; i++) {
      for (int o = 0; o < outputs; o++) {
        y[o] += x[i] * weight[i * outputs + o];
      }
    }
    return y;
  }

  private static double[][] sum(double[][] a, double[][] b) {
    for (int t = 0; t < a.length; t++) {
      for (int i = 0; i < a[t].length; i++) {
        a[t][i] += b[t][i];
      }
    }
    return a;
  }

  private double[][] normalize(double[][] x, String name) throws ArtifactException {
    double[] gamma = weights.get(name + ".gamma");
    double[] beta = weights.get(name + ".beta");
    for (double[] row : x) {
      double mean = 0;
      for (double value : row) {
        mean += value / row.length;
      }
      double variance = 0;
      for (double value : row) {
        variance += (value - mean) * (value - mean) / row.length;
      }
      double scale = 1 / Math.sqrt(variance + manifest.layerNormEpsilon());
      for (int i = 0; i < row.length; i++) {
        row[i] = (row[i] - mean) * scale * gamma[i] + beta[i];
      }
    }
    return x;
  }

  private static void activate(Activation activation, double[] row) {
    for (int i = 0; i < row.length; i++) {
      row[i] = activate(activation, row[i]);
    }
  }

  private static double activate(Activation activation, double x) {
    return switch (activation) {
      case NONE -> x;
      case TANH -> Math.tanh(x);
      case RELU -> Math.max(0, x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SILU -> x / (1 + Math.exp(-x));
      case GELU_ERF -> geluErf(x);
      case GELU_TANH -> geluTanh(x);
      case GELU_SIGMOID -> x / (1 + Math.exp(-1.702 * x));
    };
  }

  private static double geluErf(double x) {
    return x * 0.5 * (1 + erf(x / Math.sqrt(2)));
  }

  private static double geluTanh(double x) {
    return x * 0.5 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  /**
   * The error function, by the series 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (1 * 3 * ... *
   * (2n+1)).
   */
  static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x); // beyond this, erf is 1 in double
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
