package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The post-processors that we have, by their types in {@code tokenizer.json}: each puts special
 * tokens around the texts, or only says which places of the text a token stands for.
 */
final class PostProcessors {
  private PostProcessors() {}

  /** Reads one; null stands for none. */
  static Template read(@Nullable JsonFields fields) throws TokenizerException {
    if (fields == null) {
      return Template.NONE;
    }
    String type = fields.type();
    Template template =
        switch (type) {
          case Template.TYPE -> Template.read(fields);
          case "BertProcessing" -> Template.bert(special(fields, "cls"), special(fields, "sep"));
          case "RobertaProcessing" -> roberta(fields);
          case "ByteLevel" -> {
            fields.ignore("use_regex");
            ignoreOffsets(fields);
            yield Template.NONE;
          }
          case "Sequence" -> sequence(fields);
          default ->
              throw new TokenizerException(
                  fields.where() + ": Ganglion has no post-processor " + type + ".");
        };
    fields.end();
    return template;
  }

  private static void ignoreOffsets(JsonFields fields) {
    fields.ignore("trim_offsets"); // the pre-tokenizer says it, too
    fields.ignore("add_prefix_space");
  }

  private static Template roberta(JsonFields fields) throws TokenizerException {
    ignoreOffsets(fields);
    return Template.roberta(special(fields, "cls"), special(fields, "sep"));
  }

  /** A special token as a list of its text and its id. */
  private static Template.Special special(JsonFields fields, String name)
      throws TokenizerException {
    List<JsonNode> token = fields.list(name);
    if (token.size() != 2
        || !token.get(0).isTextual()
        || !token.get(1).canConvertToInt()
        || token.get(1).intValue() < 0) {
      throw new TokenizerException(fields.where() + ": " + name + " is not a token with its id.");
    }
    return new Template.Special(token.get(0).textValue(), token.get(1).intValue(), 0);
  }

  private static Template sequence(JsonFields fields) throws TokenizerException {
    Template found = Template.NONE;
    for (JsonFields step : fields.objects("processors")) {
      Template template = read(step);
      if (!template.equals(Template.NONE)) {
        if (!found.equals(Template.NONE)) {
          throw new TokenizerException(
              fields.where() + ": two post-processors both put special tokens around texts.");
        }
        found = template;
      }
    }
    return found;
  }
}
