package io.ganglion.runtime.text;

import org.jspecify.annotations.Nullable;

/** The post-processors that we have, by their types in {@code tokenizer.json}. */
final class PostProcessors {
  private PostProcessors() {}

  static Template read(@Nullable JsonFields fields) throws TokenizerException {
    if (fields == null) {
      return Template.NONE;
    }
    String type = fields.type();
    return switch (type) {
      case Template.TYPE -> Template.read(fields);
      default ->
          throw new TokenizerException(
              fields.where() + ": Ganglion has no post-processor " + type + ".");
    };
  }
}
