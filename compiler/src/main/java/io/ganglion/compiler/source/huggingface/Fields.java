package io.ganglion.compiler.source.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.compiler.CompileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object. It remembers which of them were asked for, so that none is passed
 * over in silence. A null is as good as no field. Used by one thread.
 */
final class Fields {
  private static final int SHOWN = 80;

  /** Messages repeat texts. The longest, a prompt, is a few sentences. */
  private static final int LONGEST_TEXT = 2000;

  private final String where;
  private final ObjectNode object;
  private final Set<String> read = new HashSet<>();

  /**
   * Wraps an object.
   *
   * @param where the file, and the place in it, for messages
   */
  Fields(String where, ObjectNode object) {
    this.where = where;
    this.object = object;
  }

  /** The file, and the place in it. */
  String where() {
    return where;
  }

  private @Nullable JsonNode get(String name) {
    read.add(name);
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  /** Whether the field is there and not null. Does not count as reading it. */
  boolean has(String name) {
    return object.hasNonNull(name);
  }

  /** The integer of this name, at least {@code least}. */
  int integer(String name, int least) throws CompileException {
    JsonNode value = get(name);
    if (value == null) {
      throw new CompileException(where + " has no " + name + "; it is needed to read the weights.");
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < least) {
      throw wrong(name, value, "a whole number from " + least + " on");
    }
    return value.intValue();
  }

  /** The integer of this name, or {@code fallback}. */
  int integer(String name, int least, int fallback) throws CompileException {
    return has(name) ? integer(name, least) : fallback;
  }

  /** The number of this name, or {@code fallback}. */
  double number(String name, double fallback) throws CompileException {
    JsonNode value = get(name);
    if (value == null) {
      return fallback;
    }
    if (!value.isNumber()) {
      throw wrong(name, value, "a number");
    }
    return value.doubleValue();
  }

  /** The text of this name. */
  Optional<String> text(String name) throws CompileException {
    JsonNode value = get(name);
    if (value == null) {
      return Optional.empty();
    }
    return Optional.of(text(name, value, "a text"));
  }

  /** Whether this name is true; {@code fallback} if it is not there. */
  boolean flag(String name, boolean fallback) throws CompileException {
    JsonNode value = get(name);
    if (value == null) {
      return fallback;
    }
    if (!value.isBoolean()) {
      throw wrong(name, value, "true or false");
    }
    return value.booleanValue();
  }

  /** The object of this name. */
  Optional<Fields> object(String name) throws CompileException {
    JsonNode value = get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof ObjectNode found) {
      return Optional.of(new Fields(where + ", " + name, found));
    }
    throw wrong(name, value, "an object");
  }

  /** The texts in the array of this name; none if it is not there. */
  List<String> texts(String name) throws CompileException {
    JsonNode value = get(name);
    List<String> texts = new ArrayList<>();
    if (value == null) {
      return texts;
    }
    if (!value.isArray()) {
      throw wrong(name, value, "an array of texts");
    }
    for (JsonNode element : value) {
      texts.add(text(name, element, "an array of texts"));
    }
    return texts;
  }

  private String text(String name, JsonNode value, String wanted) throws CompileException {
    if (!value.isTextual() || value.textValue().length() > LONGEST_TEXT) {
      throw wrong(name, value, wanted + " of at most " + LONGEST_TEXT + " letters");
    }
    return value.textValue();
  }

  /** The names of all fields, in their order. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Whether the field says nothing: null, false, zero, an empty text, array or object. */
  boolean saysNothing(String name) {
    JsonNode value = get(name);
    return value == null
        || (value.isContainerNode() && value.isEmpty())
        || (value.isBoolean() && !value.booleanValue())
        || (value.isTextual() && value.textValue().isEmpty())
        || (value.isNumber() && value.doubleValue() == 0);
  }

  /** Refuses the object if the field says anything. */
  void refuse(String name, String why) throws CompileException {
    if (!saysNothing(name)) {
      throw new CompileException(
          where + ": " + name + " is " + shown(object.get(name)) + ", " + why + ".");
    }
  }

  /** The fields that were not read, less those of {@code harmless}. */
  List<String> unread(Set<String> harmless) {
    return names().stream()
        .filter(name -> !read.contains(name) && !harmless.contains(name) && has(name))
        .toList();
  }

  CompileException wrong(String name, JsonNode value, String wanted) {
    return new CompileException(
        where + ": " + name + " is " + shown(value) + ", but must be " + wanted + ".");
  }

  private static String shown(@Nullable JsonNode value) {
    String text = String.valueOf(value);
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
  }
}
