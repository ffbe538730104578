package io.ganglion.compiler.tune.pairs;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A WordPiece vocabulary for the generator's texts: their words, the halves of invented names, and
 * all letters and digits. So other English text has no unknown words either.
 */
public final class PairVocabulary {
  private static final String SINGLES = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final String PUNCTUATION = ".,;:!?'\"()-$%&/";
  private static final List<String> FUNCTION_WORDS =
      Lexicon.words(
          """
          the a an of in on by for at to it was were is that did not failed company town council
          plan proposal points percent and or with from
          """);

  private PairVocabulary() {}

  /** The pieces; the index is the id. [PAD], [UNK], [CLS], [SEP] and [MASK] come first. */
  public static List<String> pieces() {
    Set<String> pieces = new LinkedHashSet<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    PUNCTUATION.chars().forEach(c -> pieces.add(Character.toString(c)));
    SINGLES.chars().forEach(c -> pieces.add(Character.toString(c)));
    SINGLES.chars().forEach(c -> pieces.add("##" + Character.toString(c)));
    addWords(pieces, FUNCTION_WORDS);
    Lexicon.OPENINGS.forEach(opening -> addWords(pieces, Surface.words(opening)));
    addWords(pieces, Lexicon.STEMS);
    for (List<String> endings :
        List.of(Lexicon.COMPANY_ENDINGS, Lexicon.FAMILY_ENDINGS, Lexicon.PLACE_ENDINGS)) {
      endings.forEach(ending -> pieces.add("##" + ending));
    }
    addWords(pieces, Lexicon.COMPANY_KINDS);
    addWords(pieces, Lexicon.TEAM_KINDS);
    addWords(pieces, Lexicon.FIRST_NAMES);
    addWords(pieces, Lexicon.WEEKDAYS);
    addWords(pieces, Lexicon.MONTHS);
    addWords(pieces, Lexicon.NUMBER_WORDS);
    Lexicon.THINGS.forEach(words -> addWords(pieces, words));
    Lexicon.MEASURES.forEach(words -> addWords(pieces, words));
    addVerbs(pieces);
    return new ArrayList<>(pieces);
  }

  private static void addVerbs(Set<String> pieces) {
    for (Domain domain : Domain.values()) {
      for (List<Verb> meaning : domain.meanings()) {
        for (Verb verb : meaning) {
          addWords(pieces, List.of(verb.base(), verb.past(), verb.participle()));
        }
      }
    }
  }

  private static void addWords(Set<String> pieces, Collection<String> words) {
    words.forEach(word -> pieces.add(word.toLowerCase(Locale.ROOT)));
  }
}
