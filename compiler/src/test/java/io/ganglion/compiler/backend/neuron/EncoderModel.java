package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Weight;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.ReferenceEncoder;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.model.WeightSchema.Dense;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A model with seeded random weights, its host's part, and the answers of the reference. */
record EncoderModel(ModelManifest manifest, Map<String, float[]> weights) {
  static EncoderModel of(TestArtifacts artifact, long seed) {
    ModelManifest manifest = artifact.manifest();
    Random random = new Random(seed);
    Map<String, float[]> weights = new HashMap<>();
    for (TensorSpec spec : WeightSchema.of(manifest)) {
      float[] values = new float[(int) spec.elements()];
      boolean gamma = spec.name().endsWith(".gamma");
      double deviation = spec.shape().size() == 2 ? 1 / Math.sqrt(spec.shape().get(0)) : 0.1;
      deviation = spec.name().startsWith("embeddings.") && !gamma ? 1 : deviation;
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextGaussian() * deviation + (gamma ? 1 : 0));
      }
      weights.put(spec.name(), values);
    }
    ModelDimensions d = manifest.dimensions();
    for (int layer = 0; layer < d.layers(); layer++) {
      for (String part : List.of(".weight", ".bias")) {
        float[] values = weights.get(Dense.QKV.name(layer) + part);
        for (int i = 0; i < values.length; i++) {
          if (i % (3 * d.hiddenSize()) < d.hiddenSize()) {
            values[i] = (float) (values[i] / Math.sqrt(d.headSize()));
          }
        }
      }
    }
    return new EncoderModel(manifest, weights);
  }

  /** The same model as the recogniser gives it; its query is scaled already. */
  BertModel bert() {
    ModelDimensions d = manifest.dimensions();
    List<EncoderLayer> layers = new ArrayList<>();
    for (int i = 0; i < d.layers(); i++) {
      String qkv = Dense.QKV.name(i);
      layers.add(
          new EncoderLayer(
              part(qkv, 0),
              part(qkv, 1),
              part(qkv, 2),
              1,
              dense(Dense.ATTENTION_OUTPUT.name(i)),
              norm(WeightSchema.attentionLayerNorm(i)),
              dense(Dense.INTERMEDIATE.name(i)),
              dense(Dense.OUTPUT.name(i)),
              norm(WeightSchema.outputLayerNorm(i))));
    }
    return new BertModel(
        d,
        manifest.task(),
        manifest.activation(),
        manifest.layerNormEpsilon(),
        weight(WeightSchema.WORD_EMBEDDINGS),
        weight(WeightSchema.POSITION_EMBEDDINGS),
        weight(WeightSchema.SEGMENT_EMBEDDINGS),
        norm(WeightSchema.EMBEDDINGS_LAYER_NORM),
        null,
        layers,
        manifest.head().stream()
            .map(layer -> new HeadDense(layer.name(), dense(layer.name()), layer.activation()))
            .toList());
  }

  private io.ganglion.compiler.model.Dense dense(String name) {
    return new io.ganglion.compiler.model.Dense(weight(name + ".weight"), weight(name + ".bias"));
  }

  private LayerNorm norm(String name) {
    return new LayerNorm(weight(name + ".gamma"), weight(name + ".beta"));
  }

  /** One third of a dense layer's columns. */
  private io.ganglion.compiler.model.Dense part(String name, int third) {
    return new io.ganglion.compiler.model.Dense(
        columns(name + ".weight", third), columns(name + ".bias", third));
  }

  private Weight columns(String name, int third) {
    int hidden = manifest.dimensions().hiddenSize();
    float[] all = weights.get(name);
    int rows = all.length / (3 * hidden);
    float[] values = new float[rows * hidden];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(all, (3 * row + third) * hidden, values, row * hidden, hidden);
    }
    List<Integer> shape = name.endsWith(".bias") ? List.of(hidden) : List.of(rows, hidden);
    return Weight.of(name + "." + third, shape, values::clone);
  }

  private Weight weight(String name) {
    List<Integer> shape =
        WeightSchema.of(manifest).stream()
            .filter(spec -> spec.name().equals(name))
            .findFirst()
            .orElseThrow()
            .shape();
    return Weight.of(name, shape, weights.get(name)::clone);
  }

  /**
   * The largest allowed difference of a probability. On random models of 1 to 24 layers with 60
   * inputs each, programs with 11-bit factors in matrix products and fp32 elsewhere were up to
   * 8.1e-4 off, and with 8-bit factors up to 4.8e-3. Rounding the matrices alone, in exact
   * arithmetic, causes up to 3.0e-3 of the latter.
   */
  static double tolerance(NeuronType type) {
    return switch (type) {
      case FP32 -> 1e-5;
      case FP16 -> 1e-3;
      case BF16 -> 5e-3;
    };
  }

  /** The same model with only the encoder's matrices rounded. */
  EncoderModel withMatricesIn(NeuronType type) {
    Map<String, float[]> rounded = new HashMap<>(weights);
    for (Map.Entry<String, float[]> weight : weights.entrySet()) {
      if (weight.getKey().startsWith("encoder.") && weight.getKey().endsWith(".weight")) {
        float[] values = new float[weight.getValue().length];
        ByteBuffer bytes = ByteBuffer.allocate(values.length * type.bytes());
        type.put(bytes, weight.getValue(), values.length);
        type.get(bytes.flip(), values);
        rounded.put(weight.getKey(), values);
      }
    }
    return new EncoderModel(manifest, rounded);
  }

  /** The answer of the reference, which computes in double, for each input. */
  float[] logits(List<TokenSequence> inputs) throws Exception {
    ReferenceEncoder reference = new ReferenceEncoder(manifest, name -> doubles(name));
    int labels = manifest.labels().size();
    float[] logits = new float[inputs.size() * labels];
    for (int row = 0; row < inputs.size(); row++) {
      System.arraycopy(reference.outputs(inputs.get(row)), 0, logits, row * labels, labels);
    }
    return logits;
  }

  List<TokenSequence> inputs(int count, int maxLength, Random random) {
    List<TokenSequence> inputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = 1 + random.nextInt(maxLength);
      inputs.add(
          new TokenSequence(
              random.ints(length, 0, manifest.dimensions().vocabularySize()).toArray(),
              random.ints(length, 0, manifest.dimensions().segments()).toArray()));
    }
    return inputs;
  }

  /** The largest difference of a probability from the reference. */
  double error(List<TokenSequence> inputs, float[] logits) throws Exception {
    int labels = manifest.labels().size();
    float[] reference = logits(inputs);
    double worst = 0;
    for (int row = 0; row < inputs.size(); row++) {
      float[] expected = probabilities(reference, row);
      float[] found = probabilities(logits, row);
      for (int i = 0; i < labels; i++) {
        double difference = Math.abs((double) expected[i] - found[i]);
        worst = Double.isNaN(difference) ? Double.NaN : Math.max(worst, difference);
      }
    }
    return worst;
  }

  private float[] probabilities(float[] logits, int row) {
    int labels = manifest.labels().size();
    return manifest.answer(Arrays.copyOfRange(logits, row * labels, (row + 1) * labels));
  }

  /** The inputs of the NEFF. Rows after the given ones are dummies. */
  Map<String, float[]> hostPart(List<TokenSequence> inputs, int batch, int length) {
    int hidden = manifest.dimensions().hiddenSize();
    float[] embeddings = new float[batch * length * hidden];
    float[] mask = new float[batch * length];
    Arrays.fill(mask, -10000);
    for (int row = 0; row < inputs.size(); row++) {
      TokenSequence input = inputs.get(row);
      for (int t = 0; t < input.length(); t++) {
        mask[row * length + t] = 0;
        float[] token = embed(input.inputIds()[t], t, input.segmentIds()[t]);
        System.arraycopy(token, 0, embeddings, (row * length + t) * hidden, hidden);
      }
    }
    return Map.of(NeuronProgram.EMBEDDINGS, embeddings, NeuronProgram.MASK_BIAS, mask);
  }

  private float[] embed(int word, int position, int segment) {
    int hidden = manifest.dimensions().hiddenSize();
    double[] x = new double[hidden];
    double mean = 0;
    for (int i = 0; i < hidden; i++) {
      x[i] =
          (double) weights.get(WeightSchema.WORD_EMBEDDINGS)[word * hidden + i]
              + weights.get(WeightSchema.POSITION_EMBEDDINGS)[position * hidden + i]
              + weights.get(WeightSchema.SEGMENT_EMBEDDINGS)[segment * hidden + i];
      mean += x[i] / hidden;
    }
    double variance = 0;
    for (double value : x) {
      variance += (value - mean) * (value - mean) / hidden;
    }
    float[] row = new float[hidden];
    float[] gamma = weights.get(WeightSchema.EMBEDDINGS_LAYER_NORM + ".gamma");
    float[] beta = weights.get(WeightSchema.EMBEDDINGS_LAYER_NORM + ".beta");
    for (int i = 0; i < hidden; i++) {
      double normed = (x[i] - mean) / Math.sqrt(variance + manifest.layerNormEpsilon());
      row[i] = (float) (normed * gamma[i] + beta[i]);
    }
    return row;
  }

  private double[] doubles(String name) {
    float[] values = weights.get(name);
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i];
    }
    return result;
  }
}
