package io.ganglion.runtime.text;

/** The models that we have, by their types in {@code tokenizer.json}. */
final class Models {
  private Models() {}

  static Model read(JsonFields fields) throws TokenizerException {
    String type = fields.type();
    Model model =
        switch (type) {
          case BpeModel.TYPE -> BpeModel.read(fields);
          case UnigramModel.TYPE -> UnigramModel.read(fields);
          case WordPieceModel.TYPE -> WordPieceModel.read(fields);
          default ->
              throw new TokenizerException(
                  fields.where() + ": Ganglion has no tokenizer model " + type + ".");
        };
    fields.end();
    return model;
  }
}
