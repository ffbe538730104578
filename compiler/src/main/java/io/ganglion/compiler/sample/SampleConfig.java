package io.ganglion.compiler.sample;

import io.ganglion.compiler.SettingException;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelDimensions;

/**
 * Settings of a sample model.
 *
 * @param dimensions sizes of the encoder
 * @param labels number of classes
 * @param sequenceLength fixed length of the inputs, at most the number of positions
 * @param activation GELU_ERF or GELU_TANH; google-research/bert uses the latter
 * @param scope variable scope of the encoder, "bert" in google-research/bert
 * @param frozen whether weights are constants in the graph instead of variables
 * @param labelInputs whether the signature has the training-time inputs label_ids and
 *     is_real_example, as in estimator exports
 * @param seed seed of the weights
 * @param outliers number of hidden dimensions that each layer norm raises 10 to 50 times above the
 *     rest
 */
public record SampleConfig(
    ModelDimensions dimensions,
    int labels,
    int sequenceLength,
    Activation activation,
    String scope,
    boolean frozen,
    boolean labelInputs,
    long seed,
    int outliers) {
  /** Of all layer norms. */
  public static final float LAYER_NORM_EPSILON = 1e-12f;

  public SampleConfig {
    if (labels < 1) {
      throw new SettingException("A classifier needs at least one label: " + labels);
    }
    if (sequenceLength < 3 || sequenceLength > dimensions.maxPositions()) {
      throw new SettingException(
          "The sequence length must be from 3 to the "
              + dimensions.maxPositions()
              + " positions of the model: "
              + sequenceLength);
    }
    if (outliers < 0 || outliers > dimensions.hiddenSize() / 8) {
      throw new SettingException(
          "There may be up to "
              + dimensions.hiddenSize() / 8
              + " outliers, an eighth of the hidden size: "
              + outliers);
    }
    if (activation != Activation.GELU_ERF && activation != Activation.GELU_TANH) {
      throw new SettingException("A sample model's GELU is erf or tanh.");
    }
  }

  /** A configuration with the scope "bert", variables and label inputs. */
  public static SampleConfig of(
      ModelDimensions dimensions,
      int labels,
      int sequenceLength,
      Activation activation,
      long seed) {
    return new SampleConfig(
        dimensions, labels, sequenceLength, activation, "bert", false, true, seed);
  }

  /** Without outliers. */
  public SampleConfig(
      ModelDimensions dimensions,
      int labels,
      int sequenceLength,
      Activation activation,
      String scope,
      boolean frozen,
      boolean labelInputs,
      long seed) {
    this(dimensions, labels, sequenceLength, activation, scope, frozen, labelInputs, seed, 0);
  }
}
