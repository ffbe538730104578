package io.ganglion.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any text has the ids that the tokenizers library gives it with the same file. */
class RandomTextAgreementTest {
  private static final long SEED = 22;
  private static final int TEXTS = 10_000;
  private static final String[] SNIPPETS = {
    "[SEP]",
    "<mask>",
    "</s>",
    " <mask> ",
    "'ll",
    "don't",
    "\r\n",
    "e\u0301",
    "\u2581",
    "  ",
    "\u00df",
    "\ufb01",
    "\uac00\u11a8",
    "\ud83d\udc4d\ud83c\udffd",
    "12.5",
    "\u0e33",
    "\u4e2d\u6587"
  };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-pair-2-labels",
        "bert-single-5-labels-cased",
        "bert-one-segment-type-no-accents",
        "roberta-2-labels",
        "xlm-roberta-reranker"
      })
  void agreesOnRandomTexts(String model) throws Exception {
    Path file = SharedData.require("huggingface").resolve(model).resolve("tokenizer.json");
    Tokenizer tokenizer = TokenizerSpec.read(file).tokenizer(1 << 20);
    Random random = new Random(SEED);
    try (HuggingFaceOracle oracle = HuggingFaceOracle.of(Files.readAllBytes(file))) {
      for (int i = 0; i < TEXTS; i++) {
        String text = randomText(random);
        assertThat(tokenizer.encode(text, null).inputIds())
            .as(() -> "seed " + SEED + ", code points " + hex(text))
            .isEqualTo(oracle.whole(text));
      }
    }
  }

  private static String hex(String text) {
    return text.codePoints().mapToObj(Integer::toHexString).toList().toString();
  }

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(30);
    for (int i = 0; i < length; i++) {
      switch (random.nextInt(7)) {
        case 0 -> text.append(' ');
        case 1 -> text.appendCodePoint(0x300 + random.nextInt(0x70)); // accents
        case 2 -> text.appendCodePoint(random.nextInt(0x800)); // Latin to Arabic
        case 3, 4 -> text.append((char) ('a' + random.nextInt(26)));
        case 5 -> text.append(SNIPPETS[random.nextInt(SNIPPETS.length)]);
        default -> text.appendCodePoint(anyCodePoint(random));
      }
    }
    return text.toString();
  }

  private static int anyCodePoint(Random random) {
    while (true) {
      int codePoint = random.nextInt(0x30000);
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        return codePoint;
      }
    }
  }
}
