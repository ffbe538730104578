package io.ganglion.compiler.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.SettingException;
import io.ganglion.runtime.text.Tokenizer;
import io.ganglion.runtime.text.TokenizerSpec;
import io.ganglion.runtime.text.Vocabulary;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleVocabularyTest {
  @ParameterizedTest
  @ValueSource(ints = {200, 1_000, 5_000, 30_522})
  void itHasTheSizeThatIsAskedForAndNoPieceTwice(int size) {
    List<String> pieces = SampleVocabulary.of(size);
    assertThat(pieces).hasSize(size).doesNotHaveDuplicates();
    assertThat(pieces).startsWith("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
  }

  @Test
  void theSmallestHoldsEveryCharacterAtTheStartAndInsideOfAWord() {
    List<String> pieces = SampleVocabulary.of(SampleVocabulary.smallestSize());
    for (char c = 'a'; c <= 'z'; c++) {
      assertThat(pieces).contains(String.valueOf(c), "##" + c);
    }
    assertThatThrownBy(() -> SampleVocabulary.of(SampleVocabulary.smallestSize() - 1))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("at least " + SampleVocabulary.smallestSize());
  }

  @Test
  void aSmallOneIsTheBeginningOfALargeOne() {
    List<String> large = SampleVocabulary.of(5_000);
    assertThat(large.subList(0, 2_000)).isEqualTo(SampleVocabulary.of(2_000));
  }

  @Test
  void everyAsciiTextIsWrittenWithoutAnUnknownPiece() throws Exception {
    List<String> pieces = SampleVocabulary.of(SampleVocabulary.smallestSize());
    Tokenizer tokenizer = TokenizerSpec.googleBert(Vocabulary.of(pieces), true).tokenizer(128);
    int[] ids =
        tokenizer.encode("zyxw 0987 !\"#$%&'()*+,-./", "The Quick:;<=>?@[]^_`{|}~").inputIds();
    assertThat(ids).doesNotContain(pieces.indexOf("[UNK]"));
  }

  @Test
  void wordsHaveTheirRegularForms() {
    List<String> pieces = SampleVocabulary.of(30_522);
    assertThat(pieces).noneMatch(piece -> piece.isBlank() || piece.contains(" "));
    assertThat(pieces.stream().filter(piece -> piece.startsWith("[unused")).toList())
        .as("a full vocabulary is filled up")
        .isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void plantedDimensionsAreFewAndTheSameForTheSameSeed(int count) {
    float[] first = planted(count, 7);
    assertThat(planted(count, 7)).isEqualTo(first);
    int raised = 0;
    for (float value : first) {
      assertThat(value).isBetween(1f, 50f);
      raised += value >= 10 ? 1 : 0;
    }
    assertThat(raised).isEqualTo(count);
    if (count > 1) {
      assertThat(planted(count, 8)).isNotEqualTo(first);
    }
  }

  @Test
  void whatReadsARaisedDimensionWeighsItLess() {
    Outliers outliers = new Outliers(64, 4, 7);
    float[] scale = planted(4, 7);
    float[] kernel = new float[64 * 2];
    java.util.Arrays.fill(kernel, 1);
    outliers.plant("bert/encoder/layer_0/attention/self/query/kernel", kernel);
    for (int row = 0; row < 64; row++) {
      assertThat(kernel[2 * row]).isEqualTo(1 / scale[row]);
      assertThat(kernel[2 * row + 1]).isEqualTo(1 / scale[row]);
    }
  }

  @Test
  void withoutOutliersNothingIsChanged() {
    float[] kernel = {1, 2, 3, 4};
    new Outliers(2, 0, 7).plant("bert/pooler/dense/kernel", kernel);
    assertThat(kernel).containsExactly(1, 2, 3, 4);
  }

  private static float[] planted(int count, long seed) {
    float[] gamma = new float[64];
    java.util.Arrays.fill(gamma, 1);
    new Outliers(64, count, seed).plant("bert/embeddings/LayerNorm/gamma", gamma);
    return gamma;
  }
}
