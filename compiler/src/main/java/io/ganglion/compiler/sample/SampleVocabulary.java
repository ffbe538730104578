package io.ganglion.compiler.sample;

import com.google.common.base.Splitter;
import com.google.common.io.Resources;
import io.ganglion.compiler.SettingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A vocabulary for sample models: special tokens, every printable ASCII character at the start and
 * inside of a word, common English words with their regular forms, and word pieces. The rest are
 * unused entries.
 */
public final class SampleVocabulary {
  private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  private SampleVocabulary() {}

  /** The smallest size that holds the special tokens and the characters. */
  public static int smallestSize() {
    return base().size();
  }

  /** Exactly {@code size} pieces. A small vocabulary has only the first words. */
  public static List<String> of(int size) {
    Set<String> pieces = base();
    if (size < pieces.size()) {
      throw new SettingException(
          "A sample vocabulary needs at least " + pieces.size() + " pieces: " + size);
    }
    addWords(pieces);
    List<String> vocabulary = new ArrayList<>(pieces);
    if (vocabulary.size() > size) {
      return List.copyOf(vocabulary.subList(0, size));
    }
    for (int i = 0; vocabulary.size() < size; i++) {
      vocabulary.add("[unused" + i + "]");
    }
    return List.copyOf(vocabulary);
  }

  private static Set<String> base() {
    Set<String> pieces = new LinkedHashSet<>(SPECIAL);
    for (char c = '!'; c <= '~'; c++) {
      pieces.add(String.valueOf(c).toLowerCase(java.util.Locale.ROOT));
    }
    for (char c = 'a'; c <= 'z'; c++) {
      pieces.add("##" + c);
    }
    for (char c = '0'; c <= '9'; c++) {
      pieces.add("##" + c);
    }
    return pieces;
  }

  private static void addWords(Set<String> pieces) {
    List<String> derived = new ArrayList<>();
    String kind = "plain";
    for (String line : lines()) {
      if (line.startsWith("#") || line.isBlank()) {
        continue;
      }
      if (line.startsWith(":")) {
        kind = line.substring(1).strip();
        continue;
      }
      for (String word : Splitter.on(' ').omitEmptyStrings().split(line)) {
        pieces.add(kind.equals("piece") ? "##" + word : word);
        addForms(derived, kind, word);
      }
    }
    pieces.addAll(derived);
    for (int number = 10; number <= 2030; number++) {
      if (number < 100 || number >= 1900 || number % 100 == 0) {
        pieces.add(Integer.toString(number));
        pieces.add("##" + number);
      }
    }
  }

  private static List<String> lines() {
    try {
      return Resources.readLines(
          Resources.getResource(SampleVocabulary.class, "words.txt"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void addForms(List<String> forms, String kind, String word) {
    switch (kind) {
      case "noun" -> forms.add(plural(word));
      case "verb" -> {
        forms.add(plural(word));
        String stem = word.endsWith("e") ? word.substring(0, word.length() - 1) : word;
        forms.add(endsInConsonantY(word) ? dropLast(word) + "ied" : stem + "ed");
        forms.add(stem + "ing");
      }
      case "verb-irregular" ->
          forms.add(word.endsWith("e") ? dropLast(word) + "ing" : word + "ing");
      case "adjective" -> forms.add(endsInConsonantY(word) ? dropLast(word) + "ily" : word + "ly");
      default -> {}
    }
  }

  private static String plural(String word) {
    if (endsInConsonantY(word)) {
      return dropLast(word) + "ies";
    }
    boolean hissing =
        word.endsWith("s")
            || word.endsWith("x")
            || word.endsWith("z")
            || word.endsWith("ch")
            || word.endsWith("sh");
    return word + (hissing ? "es" : "s");
  }

  private static boolean endsInConsonantY(String word) {
    return word.length() > 2
        && word.endsWith("y")
        && "aeiou".indexOf(word.charAt(word.length() - 2)) < 0;
  }

  private static String dropLast(String word) {
    return word.substring(0, word.length() - 1);
  }
}
