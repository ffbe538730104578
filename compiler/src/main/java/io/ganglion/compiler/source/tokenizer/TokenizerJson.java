package io.ganglion.compiler.source.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Splitter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Puts a {@code tokenizer.json} together. Used by one thread. */
final class TokenizerJson {
  private final ObjectNode root = JsonNodeFactory.instance.objectNode();
  private final Map<String, Integer> specials = new LinkedHashMap<>();

  ObjectNode root() {
    return root;
  }

  /** A component, by its place and its type. */
  ObjectNode component(String place, String type) {
    return root.putObject(place).put("type", type);
  }

  /** A special token, which is looked for in texts. */
  TokenizerJson special(String content, int id, boolean leftStrip) {
    if (specials.put(content, id) == null) {
      root.withArray("added_tokens")
          .addObject()
          .put("id", id)
          .put("content", content)
          .put("lstrip", leftStrip)
          .put("normalized", false)
          .put("special", true);
    }
    return this;
  }

  /**
   * A template of special tokens and the texts A and B.
   *
   * @param single for one text, its parts separated by spaces
   * @param pair for two texts
   * @param segment of the second text and what follows it
   */
  void template(String single, String pair, int segment) {
    ObjectNode template = component("post_processor", "TemplateProcessing");
    parts(template.putArray("single"), single, segment);
    parts(template.putArray("pair"), pair, segment);
    ObjectNode tokens = template.putObject("special_tokens");
    specials.forEach(
        (content, id) -> {
          ObjectNode token = tokens.putObject(content).put("id", content);
          token.putArray("ids").add(id);
          token.putArray("tokens").add(content);
        });
  }

  private static void parts(ArrayNode to, String parts, int segment) {
    int current = 0;
    for (String part : Splitter.on(' ').split(parts)) {
      current = part.equals("B") ? segment : current;
      boolean text = part.equals("A") || part.equals("B");
      to.addObject()
          .putObject(text ? "Sequence" : "SpecialToken")
          .put("id", part)
          .put("type_id", current);
    }
  }
}
