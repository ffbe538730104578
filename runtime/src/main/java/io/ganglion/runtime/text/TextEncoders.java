package io.ganglion.runtime.text;

/** Puts a text encoder together from its parts in {@code tokenizer.json}. */
final class TextEncoders {
  private TextEncoders() {}

  static TextEncoder read(JsonFields root) throws TokenizerException {
    Model model = Models.read(root.object("model"));
    JsonFields normalizer = root.objectOrNull("normalizer");
    if (normalizer != null && normalizer.type().equals(GoogleBertEncoder.TYPE)) {
      return GoogleBertEncoder.read(normalizer, model);
    }
    return PipelineEncoder.read(root, model);
  }
}
