package io.ganglion.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import io.ganglion.runtime.SharedData;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our tokenizer and Hugging Face's tokenizers library must agree wherever both define the same
 * result. Left out, with the reason:
 *
 * <ul>
 *   <li>code points added after Unicode 8, and seven whose category has changed since: the
 *       library's tables are of that version, ours and Python's are newer;
 *   <li>private use: the library drops it as a control character, google-research/bert keeps it;
 *   <li>U+2B820 to U+2B91F: the library's range of Chinese characters begins 256 later;
 *   <li>U+03A3: the library never writes the final form of sigma, Python does.
 * </ul>
 */
class HuggingFaceAgreementTest {
  private static final long SEED = 7;
  private static final int LAST = 0x2ffff;
  private static final Set<Integer> CHANGED =
      Set.of(0x166d, 0x1734, 0x1885, 0x1886, 0xa9bd, 0x111c9, 0x1171e);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void agreesOnEveryCodePointAndOnRandomText(boolean lowerCase) throws Exception {
    int[] codePoints = alike();
    assertThat(codePoints.length).isGreaterThan(100_000);
    List<String> pieces = pieces(codePoints);
    TextEncoder encoder = TokenizerReference.google(Vocabulary.of(pieces), lowerCase);
    try (HuggingFaceOracle oracle = HuggingFaceOracle.bert(pieces, lowerCase)) {
      StringBuilder words = new StringBuilder();
      for (int codePoint : codePoints) {
        words.append(" a").appendCodePoint(codePoint).append('b');
        if (words.length() > 400) {
          agrees(oracle, encoder, words.toString());
          words.setLength(0);
        }
      }
      agrees(oracle, encoder, words.toString());
      Random random = new Random(SEED);
      for (int i = 0; i < 10_000; i++) {
        agrees(oracle, encoder, randomText(random, codePoints));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void agreesOnRandomTextWithARealVocabulary(boolean lowerCase) throws Exception {
    List<String> pieces = Files.readAllLines(SharedData.require("bert_uncased_vocab.txt"));
    TextEncoder encoder = TokenizerReference.google(Vocabulary.of(pieces), lowerCase);
    int[] codePoints = alike();
    try (HuggingFaceOracle oracle = HuggingFaceOracle.bert(pieces, lowerCase)) {
      Random random = new Random(SEED);
      for (int i = 0; i < 10_000; i++) {
        agrees(oracle, encoder, randomText(random, codePoints));
        agrees(oracle, encoder, randomWords(random, pieces));
      }
    }
  }

  private static int[] alike() {
    List<Integer> alike = new ArrayList<>();
    for (int c = 1; c <= LAST; c++) {
      boolean known = UCharacter.isDefined(c) && UCharacter.getAge(c).getMajor() <= 8;
      boolean kept =
          switch (UCharacter.getType(c)) {
            case UCharacterCategory.PRIVATE_USE, UCharacterCategory.SURROGATE -> false;
            default -> c != 0x3a3 && (c < 0x2b820 || c > 0x2b91f) && !CHANGED.contains(c);
          };
      if (known && kept) {
        alike.add(c);
      }
    }
    return alike.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Has every code point at the beginning and inside of a word, so that no difference hides as
   * [UNK].
   */
  private static List<String> pieces(int[] codePoints) {
    List<String> pieces =
        new ArrayList<>(List.of(Vocabulary.UNKNOWN, Vocabulary.CLASSIFY, Vocabulary.SEPARATE));
    for (int codePoint : codePoints) {
      pieces.add(Character.toString(codePoint));
      pieces.add("##" + Character.toString(codePoint));
    }
    return pieces;
  }

  private static void agrees(HuggingFaceOracle oracle, TextEncoder encoder, String text) {
    assertThat(TokenizerReference.all(encoder, text))
        .as(() -> "code points " + hex(text))
        .isEqualTo(oracle.ids(text));
  }

  private static String hex(String text) {
    return text.codePoints().mapToObj(Integer::toHexString).toList().toString();
  }

  private static String randomText(Random random, int[] codePoints) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(30);
    for (int i = 0; i < length; i++) {
      switch (random.nextInt(5)) {
        case 0 -> text.append(' ');
        case 1 -> text.appendCodePoint(0x300 + random.nextInt(0x50)); // accents
        case 2 -> text.appendCodePoint(codePoints[random.nextInt(0x800)]); // Latin to Arabic
        case 3 -> text.append((char) ('a' + random.nextInt(26)));
        default -> text.appendCodePoint(codePoints[random.nextInt(codePoints.length)]);
      }
    }
    return text.toString().replace("\u03a3", "");
  }

  private static String randomWords(Random random, List<String> pieces) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(20);
    for (int i = 0; i < length; i++) {
      String piece = pieces.get(random.nextInt(pieces.size()));
      text.append(piece.startsWith("##") ? piece.substring(2) : " " + piece);
    }
    return text.toString();
  }
}
