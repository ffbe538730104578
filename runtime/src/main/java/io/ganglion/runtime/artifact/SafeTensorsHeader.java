package io.ganglion.runtime.artifact;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.ganglion.runtime.artifact.ArtifactException.Reason;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of a safetensors file: eight bytes with the length N of a JSON object, little-endian,
 * the object in N bytes, padded with spaces, then the tensors without a gap.
 */
final class SafeTensorsHeader {
  static final int LENGTH_BYTES = 8;

  /** Bounds memory before anything has been checked. A BERT of 24 layers needs 40 KB. */
  static final int MAX_BYTES = 16 << 20;

  private static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 64;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** A tensor and the position of its bytes, counted from the end of the header. */
  record Entry(TensorSpec spec, long begin, long end) {}

  private SafeTensorsHeader() {}

  /** The bytes before the first tensor, padded so that it begins at a multiple of 64. */
  static byte[] format(List<TensorSpec> specs) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator generator = JSON.createGenerator(json)) {
      generator.writeStartObject();
      long offset = 0;
      for (TensorSpec spec : specs) {
        long end = Math.addExact(offset, spec.byteSize());
        generator.writeObjectFieldStart(spec.name());
        generator.writeStringField("dtype", spec.type().name());
        generator.writeArrayFieldStart("shape");
        for (int size : spec.shape()) {
          generator.writeNumber(size);
        }
        generator.writeEndArray();
        generator.writeArrayFieldStart("data_offsets");
        generator.writeNumber(offset);
        generator.writeNumber(end);
        generator.writeEndArray();
        generator.writeEndObject();
        offset = end;
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // in memory
    }
    int blocks = (LENGTH_BYTES + json.size() + ALIGNMENT - 1) / ALIGNMENT;
    byte[] header = new byte[blocks * ALIGNMENT];
    Arrays.fill(header, (byte) ' ');
    ByteBuffer.wrap(header)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length - LENGTH_BYTES)
        .put(json.toByteArray());
    return header;
  }

  /**
   * Reads and checks the JSON object; the result is in file order.
   *
   * @param dataBytes bytes of the file after the header
   */
  static List<Entry> parse(byte[] json, long dataBytes, String file) throws ArtifactException {
    if (json.length == 0 || json[0] != '{') {
      throw malformed(file, "its header does not begin with '{'", null);
    }
    List<Entry> entries = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (name.equals(METADATA)) {
          skipMetadata(parser, file);
        } else {
          entries.add(parseEntry(parser, name, file));
        }
      }
      if (parser.nextToken() != null) {
        throw malformed(file, "something follows the object in its header", null);
      }
    } catch (IOException e) {
      throw malformed(file, "its header is not a JSON object of tensors", e);
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    checkLayout(entries, dataBytes, file);
    return entries;
  }

  private static void skipMetadata(JsonParser parser, String file)
      throws IOException, ArtifactException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw malformed(file, METADATA + " is not an object", null);
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw malformed(file, METADATA + " holds something other than strings", null);
      }
    }
  }

  private static Entry parseEntry(JsonParser parser, String name, String file)
      throws IOException, ArtifactException {
    String where = "tensor " + name;
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw malformed(file, where + " is not an object", null);
    }
    TensorType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      switch (field) {
        case "dtype" -> type = parseType(parser, where, file);
        case "shape" -> shape = parseSizes(parser, where, file);
        case "data_offsets" -> offsets = parseSizes(parser, where, file);
        default -> throw malformed(file, where + " has an unknown field " + field, null);
      }
    }
    if (type == null || shape == null || offsets == null || offsets.size() != 2) {
      throw malformed(file, where + " lacks a dtype, a shape or two data_offsets", null);
    }
    return entry(name, type, shape, offsets.get(0), offsets.get(1), file);
  }

  private static Entry entry(
      String name, TensorType type, List<Long> shape, long begin, long end, String file)
      throws ArtifactException {
    try {
      TensorSpec spec = new TensorSpec(name, type, shape.stream().map(Math::toIntExact).toList());
      if (begin > end || spec.byteSize() != end - begin) {
        throw malformed(
            file,
            "tensor %s of type %s and shape %s does not fit its data_offsets [%d, %d]"
                .formatted(name, type, shape, begin, end),
            null);
      }
      return new Entry(spec, begin, end);
    } catch (ArithmeticException e) {
      throw malformed(file, "tensor " + name + " has an impossible shape " + shape, e);
    }
  }

  private static TensorType parseType(JsonParser parser, String where, String file)
      throws IOException, ArtifactException {
    parser.nextToken();
    String text = parser.getValueAsString("");
    for (TensorType type : TensorType.values()) {
      if (type.name().equals(text)) {
        return type;
      }
    }
    String shown = text.length() > 20 ? text.substring(0, 20) + "..." : text;
    throw malformed(file, where + " has the unknown type " + shown, null);
  }

  private static List<Long> parseSizes(JsonParser parser, String where, String file)
      throws IOException, ArtifactException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      throw malformed(file, where + " has a shape or data_offsets that is not an array", null);
    }
    List<Long> sizes = new ArrayList<>();
    while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
      long size = parser.getLongValue();
      if (size < 0) {
        throw malformed(file, where + " has a negative size " + size, null);
      }
      sizes.add(size);
    }
    if (parser.currentToken() != JsonToken.END_ARRAY) {
      throw malformed(file, where + " has a size that is not an integer", null);
    }
    return sizes;
  }

  private static void checkLayout(List<Entry> entries, long dataBytes, String file)
      throws ArtifactException {
    long position = 0;
    for (Entry entry : entries) {
      if (entry.begin() < position) {
        throw wrong(Reason.OVERLAP, file, "shares bytes with the tensor before it", entry);
      }
      if (entry.begin() > position) {
        throw wrong(
            Reason.HOLE, file, (entry.begin() - position) + " unused bytes before it", entry);
      }
      if (entry.end() > dataBytes) {
        throw wrong(Reason.TRUNCATED, file, "ends behind the end of the file", entry);
      }
      position = entry.end();
    }
    if (position != dataBytes) {
      throw new ArtifactException(
          Reason.HOLE, file + ": " + (dataBytes - position) + " bytes follow the last tensor.");
    }
  }

  private static ArtifactException wrong(Reason reason, String file, String what, Entry entry) {
    return new ArtifactException(reason, file + ": tensor " + entry.spec().name() + ": " + what);
  }

  private static ArtifactException malformed(String file, String what, @Nullable Exception cause) {
    return new ArtifactException(Reason.MALFORMED, file + ": " + what, cause);
  }
}
