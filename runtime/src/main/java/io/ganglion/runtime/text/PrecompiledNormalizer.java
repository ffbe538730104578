package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * SentencePiece's normalization, as the tokenizers library applies it: a character that a reader
 * sees (with its marks) of less than 6 bytes is looked up as a whole, and each of its code points
 * if that fails. What begins with something that the table knows is replaced altogether. Immutable,
 * thread-safe.
 */
final class PrecompiledNormalizer implements Normalizer {
  static final String TYPE = "Precompiled";

  private static final String MAP = "precompiled_charsmap";
  private static final int LONGEST_WHOLE = 5;

  private final String encoded;
  private final DoubleArrayTrie trie;
  private final byte[] replacements; // UTF-8, each ends with a zero
  private final int[] @Nullable [] ofAscii = new int[128][];

  private PrecompiledNormalizer(String encoded, DoubleArrayTrie trie, byte[] replacements) {
    this.encoded = encoded;
    this.trie = trie;
    this.replacements = replacements;
    for (int c = 0; c < ofAscii.length; c++) {
      ofAscii[c] = replacement(new byte[] {(byte) c}, 1);
    }
  }

  static PrecompiledNormalizer read(JsonFields fields) throws TokenizerException {
    String encoded = fields.text(MAP);
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw new TokenizerException(fields.where() + ": " + MAP + " is not base64.", e);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long size = bytes.length < 4 ? -1 : Integer.toUnsignedLong(buffer.getInt());
    if (size < 4 || size % 4 != 0 || size > bytes.length - 4) {
      throw new TokenizerException(
          fields.where() + ": " + MAP + " holds no table of the size that it names.");
    }
    int[] units = new int[(int) size / 4];
    buffer.asIntBuffer().get(units);
    byte[] replacements = Arrays.copyOfRange(bytes, 4 + (int) size, bytes.length);
    if (Utf8.decode(replacements) == null) {
      throw new TokenizerException(
          fields.where() + ": " + MAP + " holds texts that are not UTF-8.");
    }
    return new PrecompiledNormalizer(encoded, new DoubleArrayTrie(units), replacements);
  }

  @Override
  public CodePoints normalize(CodePoints text) {
    CodePoints normalized = text.empty(text.length());
    int length = text.length();
    for (int i = 0; i < length; ) {
      if (standsAlone(text, i)) {
        replaceEach(text, i, i + 1, normalized);
        i++;
      } else {
        int end = i + 1;
        while (end < length && !isBoundary(text, end)) {
          end++;
        }
        replaceClusters(text, i, end, normalized);
        i = end;
      }
    }
    return normalized;
  }

  private static boolean standsAlone(CodePoints text, int index) {
    return text.at(index) < 0x80 && (index + 1 == text.length() || isBoundary(text, index + 1));
  }

  /** Whether it is certain that a reader sees two characters: both are ASCII, and no CR LF. */
  private static boolean isBoundary(CodePoints text, int index) {
    int before = text.at(index - 1);
    int after = text.at(index);
    return before < 0x80 && after < 0x80 && !(before == '\r' && after == '\n');
  }

  private void replaceClusters(CodePoints text, int from, int to, CodePoints normalized) {
    String part = new String(text.values(), from, to - from);
    BreakIterator clusters = BreakIterator.getCharacterInstance(ULocale.ROOT);
    clusters.setText(part);
    int start = from;
    int previous = 0;
    for (int next = clusters.next(); next != BreakIterator.DONE; next = clusters.next()) {
      int end = start + part.codePointCount(previous, next);
      int @Nullable [] whole = replacement(text, start, end);
      if (whole == null) {
        replaceEach(text, start, end, normalized);
      } else {
        add(whole, text, start, end, normalized);
      }
      previous = next;
      start = end;
    }
  }

  private void replaceEach(CodePoints text, int from, int to, CodePoints normalized) {
    for (int i = from; i < to; i++) {
      int @Nullable [] one = replacement(text, i, i + 1);
      if (one == null) {
        normalized.copy(text, i);
      } else {
        add(one, text, i, i + 1, normalized);
      }
    }
  }

  private static void add(int[] parts, CodePoints text, int from, int to, CodePoints normalized) {
    for (int part : parts) {
      normalized.add(part, text, from, to);
    }
  }

  /** What stands in the place of these code points, or null if they stay. */
  private int @Nullable [] replacement(CodePoints text, int from, int to) {
    if (to == from + 1 && text.at(from) < 0x80) {
      return ofAscii[text.at(from)];
    }
    byte[] key = new byte[LONGEST_WHOLE];
    int length = 0;
    for (int i = from; i < to; i++) {
      int size = Utf8.size(text.at(i));
      if (length + size > LONGEST_WHOLE) {
        return null;
      }
      length += Utf8.encode(text.at(i), key, length);
    }
    return replacement(key, length);
  }

  private int @Nullable [] replacement(byte[] key, int length) {
    int start = trie.firstPrefix(key, length);
    if (start < 0 || start > replacements.length) {
      return null;
    }
    int end = start;
    while (end < replacements.length && replacements[end] != 0) {
      end++;
    }
    return new String(replacements, start, end - start, StandardCharsets.UTF_8)
        .codePoints()
        .toArray();
  }

  @Override
  public boolean keepsAlphanumerics() {
    for (int c = 0; c < ofAscii.length; c++) {
      if (Pattern.isAlphanumeric(c) && ofAscii[c] != null) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void describe(ObjectNode to) {
    to.put(MAP, encoded).put("type", TYPE);
  }
}
