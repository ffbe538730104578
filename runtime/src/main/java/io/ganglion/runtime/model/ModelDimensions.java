package io.ganglion.runtime.model;

/**
 * The sizes of a BERT encoder.
 *
 * @param vocabularySize rows of the word embedding table
 * @param maxPositions rows of the position embedding table
 * @param segments rows of the token type embedding table
 * @param embeddingSize columns of these tables. If it is not {@code hiddenSize}, a dense layer
 *     leads from the one to the other
 * @param hiddenSize width of the encoder, a multiple of {@code heads}
 * @param layers number of encoder layers
 * @param heads attention heads a layer
 * @param intermediateSize width between a layer's two dense layers
 */
public record ModelDimensions(
    int vocabularySize,
    int maxPositions,
    int segments,
    int embeddingSize,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize) {
  public ModelDimensions {
    requirePositive("vocabulary size", vocabularySize);
    requirePositive("number of positions", maxPositions);
    requirePositive("number of segments", segments);
    requirePositive("embedding size", embeddingSize);
    requirePositive("hidden size", hiddenSize);
    requirePositive("number of layers", layers);
    requirePositive("number of heads", heads);
    requirePositive("intermediate size", intermediateSize);
    if (hiddenSize % heads != 0) {
      throw new IllegalArgumentException(
          "The hidden size " + hiddenSize + " is not a multiple of the " + heads + " heads.");
    }
  }

  /** A model with embeddings as wide as the encoder. */
  public ModelDimensions(
      int vocabularySize,
      int maxPositions,
      int segments,
      int hiddenSize,
      int layers,
      int heads,
      int intermediateSize) {
    this(
        vocabularySize,
        maxPositions,
        segments,
        hiddenSize,
        hiddenSize,
        layers,
        heads,
        intermediateSize);
  }

  /** Whether a dense layer leads from the embeddings to the encoder. */
  public boolean projectsEmbeddings() {
    return embeddingSize != hiddenSize;
  }

  /** Width of one attention head. */
  public int headSize() {
    return hiddenSize / heads;
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("The " + what + " must be at least 1: " + value);
    }
  }
}
