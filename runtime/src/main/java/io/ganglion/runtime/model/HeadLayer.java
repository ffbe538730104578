package io.ganglion.runtime.model;

/**
 * One dense layer after the encoder: {@code y = activation(x * weight + bias)}, with fp32 tensors
 * {@code <name>.weight} [inputs, outputs] and {@code <name>.bias} [outputs]. The compiler folds an
 * inference batch norm into the dense layer beside it. Where there is none, the batch norm becomes
 * a dense layer with a diagonal weight.
 *
 * @param name prefix of its tensors
 * @param inputs columns read
 * @param outputs columns written
 * @param activation applied last
 */
public record HeadLayer(String name, int inputs, int outputs, Activation activation) {
  /** The name of BERT's pooler. */
  public static final String POOLER = "pooler";

  public HeadLayer {
    if (inputs < 1 || outputs < 1) {
      throw new IllegalArgumentException(
          "Head layer " + name + " has no size: [" + inputs + ", " + outputs + "]");
    }
  }

  /** BERT's pooler: a dense layer as wide as the encoder, then tanh. */
  public static HeadLayer pooler(int hiddenSize) {
    return new HeadLayer(POOLER, hiddenSize, hiddenSize, Activation.TANH);
  }
}
