package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object of {@code tokenizer.json}, read field by field. A field that nobody has asked for is
 * refused at the end, so that none which changes a result goes unseen. Used by one thread.
 */
final class JsonFields {
  private static final String TYPE = "type";

  private final ObjectNode node;
  private final String where;
  private final Set<String> read = new HashSet<>();

  private JsonFields(ObjectNode node, String where) {
    this.node = node;
    this.where = where;
  }

  /**
   * @param where names the object in messages
   */
  static JsonFields of(JsonNode node, String where) throws TokenizerException {
    if (!(node instanceof ObjectNode object)) {
      throw new TokenizerException(where + " is not an object.");
    }
    return new JsonFields(object, where);
  }

  String where() {
    return where;
  }

  /** The field, or null if it is absent or null. */
  @Nullable JsonNode value(String name) {
    read.add(name);
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private JsonNode required(String name) throws TokenizerException {
    JsonNode value = value(name);
    if (value == null) {
      throw new TokenizerException(where + " has no " + name + ".");
    }
    return value;
  }

  private TokenizerException unfit(String name, String wanted) {
    return new TokenizerException(where + ": " + name + " is not " + wanted + ".");
  }

  /** The names of all fields. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** The field by which components are told apart. */
  String type() throws TokenizerException {
    return text(TYPE);
  }

  String text(String name) throws TokenizerException {
    JsonNode value = required(name);
    if (!value.isTextual()) {
      throw unfit(name, "a text");
    }
    return value.textValue();
  }

  String text(String name, String absent) throws TokenizerException {
    return value(name) == null ? absent : text(name);
  }

  boolean flag(String name, boolean absent) throws TokenizerException {
    JsonNode value = value(name);
    if (value == null) {
      return absent;
    }
    if (!value.isBoolean()) {
      throw unfit(name, "true or false");
    }
    return value.booleanValue();
  }

  int number(String name, int least, int most) throws TokenizerException {
    JsonNode value = required(name);
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      throw unfit(name, "a whole number from " + least + " to " + most);
    }
    return value.intValue();
  }

  int number(String name, int least, int most, int absent) throws TokenizerException {
    return value(name) == null ? absent : number(name, least, most);
  }

  JsonFields object(String name) throws TokenizerException {
    return of(required(name), where + ": " + name);
  }

  /** The object, or null if it is absent or null. */
  @Nullable JsonFields objectOrNull(String name) throws TokenizerException {
    return value(name) == null ? null : object(name);
  }

  List<JsonNode> list(String name) throws TokenizerException {
    JsonNode value = required(name);
    if (!value.isArray()) {
      throw unfit(name, "a list");
    }
    List<JsonNode> list = new ArrayList<>(value.size());
    value.forEach(list::add);
    return list;
  }

  /** A list of objects. */
  List<JsonFields> objects(String name) throws TokenizerException {
    List<JsonFields> objects = new ArrayList<>();
    for (JsonNode element : list(name)) {
      objects.add(of(element, where + ": " + name + "[" + objects.size() + "]"));
    }
    return objects;
  }

  /** An object that maps pieces to ids. */
  Map<String, Integer> ids(String name) throws TokenizerException {
    JsonNode value = required(name);
    if (!value.isObject() || value.size() == 0 || value.size() > Pieces.MAX) {
      throw unfit(name, "an object of 1 to " + Pieces.MAX + " pieces");
    }
    Map<String, Integer> ids = new LinkedHashMap<>(value.size() * 2);
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      Pieces.requireLength(entry.getKey(), where);
      ids.put(entry.getKey(), id(entry.getValue(), entry.getKey()));
    }
    return ids;
  }

  private int id(JsonNode value, String piece) throws TokenizerException {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 0
        || value.intValue() >= Pieces.MAX) {
      throw new TokenizerException(
          "%s: the piece %s has the id %s, and ids are whole numbers from 0 to %d."
              .formatted(where, piece, value, Pieces.MAX - 1));
    }
    return value.intValue();
  }

  /** Passes a field over that does not change what is encoded. */
  void ignore(String name) {
    read.add(name);
  }

  /** Refuses a field that nobody has read. */
  void end() throws TokenizerException {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!read.contains(entry.getKey())) {
        throw new TokenizerException(
            where + " has the field " + entry.getKey() + ", which Ganglion does not know.");
      }
    }
  }
}
