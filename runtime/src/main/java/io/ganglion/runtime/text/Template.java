package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where the special tokens and the texts of a sequence stand.
 *
 * @param single for one text; it has its place once
 * @param pair for two texts; each has its place once
 */
record Template(List<Part> single, List<Part> pair) {
  static final String TYPE = "TemplateProcessing";

  /** No special tokens. */
  static final Template NONE =
      new Template(List.of(Text.first(0)), List.of(Text.first(0), Text.second(1)));

  /** Bounds what a sequence may begin and end with. */
  private static final int MOST_PARTS = 32;

  private static final int MOST_SEGMENT = 255;

  /** A part of the sequence. */
  sealed interface Part {
    /** Which segment its tokens belong to. */
    int segment();

    /** The same part in another segment. */
    Part in(int segment);
  }

  /** A special token. */
  record Special(String token, int id, int segment) implements Part {
    @Override
    public Part in(int other) {
      return new Special(token, id, other);
    }
  }

  /** The tokens of a text. */
  record Text(boolean isSecond, int segment) implements Part {
    static Text first(int segment) {
      return new Text(false, segment);
    }

    static Text second(int segment) {
      return new Text(true, segment);
    }

    @Override
    public Part in(int other) {
      return new Text(isSecond, other);
    }
  }

  Template {
    single = List.copyOf(single);
    pair = List.copyOf(pair);
  }

  /** BERT's: {@code [CLS] a [SEP]} and {@code [CLS] a [SEP] b [SEP]}. */
  static Template bert(Special classify, Special separate) {
    List<Part> single = List.of(classify, Text.first(0), separate);
    List<Part> pair = new ArrayList<>(single);
    pair.add(Text.second(1));
    pair.add(separate.in(1));
    return new Template(single, pair);
  }

  /** RoBERTa's: {@code <s> a </s>} and {@code <s> a </s></s> b </s>}, all in one segment. */
  static Template roberta(Special begin, Special end) {
    List<Part> single = List.of(begin, Text.first(0), end);
    List<Part> pair = new ArrayList<>(single);
    pair.addAll(List.of(end, Text.second(0), end));
    return new Template(single, pair);
  }

  /** The same with all tokens in segment 0. */
  Template withoutSegments() {
    return new Template(
        single.stream().map(part -> part.in(0)).toList(),
        pair.stream().map(part -> part.in(0)).toList());
  }

  static int specials(List<Part> parts) {
    int specials = 0;
    for (Part part : parts) {
      specials += part instanceof Special ? 1 : 0;
    }
    return specials;
  }

  /** All special tokens. */
  List<Special> specials() {
    return Stream.concat(single.stream(), pair.stream())
        .filter(Special.class::isInstance)
        .map(Special.class::cast)
        .toList();
  }

  /** One more than the highest segment. */
  int segments() {
    int segments = 0;
    for (List<Part> parts : List.of(single, pair)) {
      for (Part part : parts) {
        segments = Math.max(segments, part.segment() + 1);
      }
    }
    return segments;
  }

  static Template read(JsonFields fields) throws TokenizerException {
    Map<String, List<Special>> specials = new TreeMap<>();
    JsonFields tokens = fields.object("special_tokens");
    for (String name : tokens.names()) {
      specials.put(name, specials(tokens.object(name)));
    }
    Template template =
        new Template(parts(fields, "single", specials), parts(fields, "pair", specials));
    fields.end();
    if (!texts(template.single).equals(List.of(false))
        || !texts(template.pair).containsAll(List.of(false, true))
        || texts(template.pair).size() != 2) {
      throw new TokenizerException(
          fields.where() + ": a text is missing in the template, or stands there twice.");
    }
    return template;
  }

  /** For each text in turn whether it is the second. */
  private static List<Boolean> texts(List<Part> parts) {
    return parts.stream()
        .filter(Text.class::isInstance)
        .map(part -> ((Text) part).isSecond())
        .toList();
  }

  private static List<Special> specials(JsonFields fields) throws TokenizerException {
    fields.ignore("id");
    List<JsonNode> ids = fields.list("ids");
    List<JsonNode> tokens = fields.list("tokens");
    fields.end();
    List<Special> specials = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      JsonNode id = ids.get(i);
      if (tokens.size() != ids.size() || !id.canConvertToInt() || !tokens.get(i).isTextual()) {
        throw new TokenizerException(fields.where() + ": the tokens do not fit the ids.");
      }
      specials.add(new Special(tokens.get(i).textValue(), id.intValue(), 0));
    }
    return specials;
  }

  private static List<Part> parts(
      JsonFields fields, String name, Map<String, List<Special>> specials)
      throws TokenizerException {
    List<Part> parts = new ArrayList<>();
    for (JsonFields element : fields.objects(name)) {
      JsonFields text = element.objectOrNull("Sequence");
      if (text != null) {
        boolean second = text.text("id").equals("B");
        parts.add(new Text(second, text.number("type_id", 0, MOST_SEGMENT, 0)));
      } else {
        JsonFields special = element.object("SpecialToken");
        List<Special> named = specials.get(special.text("id"));
        if (named == null) {
          throw new TokenizerException(
              fields.where() + ": there is no special token " + special.text("id") + ".");
        }
        int segment = special.number("type_id", 0, MOST_SEGMENT, 0);
        named.forEach(token -> parts.add(token.in(segment)));
      }
      element.end();
    }
    if (parts.size() > MOST_PARTS) {
      throw new TokenizerException(
          "%s: %s has %d parts, and at most %d are allowed."
              .formatted(fields.where(), name, parts.size(), MOST_PARTS));
    }
    return parts;
  }

  void describe(ObjectNode to) {
    describe(to.putArray("pair"), pair);
    describe(to.putArray("single"), single);
    Map<String, Integer> ids = new TreeMap<>();
    specials().forEach(special -> ids.put(special.token(), special.id()));
    ObjectNode specials = to.putObject("special_tokens");
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
      ObjectNode special = specials.putObject(entry.getKey());
      special.put("id", entry.getKey());
      special.putArray("ids").add(entry.getValue());
      special.putArray("tokens").add(entry.getKey());
    }
    to.put("type", TYPE);
  }

  private static void describe(ArrayNode to, List<Part> parts) {
    for (Part part : parts) {
      if (part instanceof Special special) {
        ObjectNode node = to.addObject().putObject("SpecialToken");
        node.put("id", special.token()).put("type_id", special.segment());
      } else if (part instanceof Text text) {
        ObjectNode node = to.addObject().putObject("Sequence");
        node.put("id", text.isSecond() ? "B" : "A").put("type_id", text.segment());
      }
    }
  }
}
