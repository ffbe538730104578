package io.ganglion.runtime.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a vocabulary holds, it is read or refused, and then any text can be encoded with it. */
class VocabularyFuzzTest {
  private static final int MAX_LENGTH = 16;
  private static final byte END_OF_VOCABULARY = 0;
  private static final Path FILE = file();

  private static Path file() {
    try {
      return Files.createTempFile("vocabulary", ".txt");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<byte[]> vocabulariesAndTexts() {
    return Stream.of(
            "[PAD]\n[UNK]\n[CLS]\n[SEP]\nthe\ncat\n##s\nun\n##aff\n##able\n\0The cats, unaffable.",
            String.join(
                "\r\n",
                "\ufeff[UNK]",
                "[CLS]",
                "[SEP]",
                "\u4e2d",
                "##e",
                "zo",
                "\0\u4e2d Zo\u00eb \u0130\u03a3"),
            "[UNK]\n[CLS]\n[SEP]\n\0\ud83d\ude00\u200d\ufffd")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("vocabulariesAndTexts")
  @FuzzTest(maxDuration = "10m")
  void itIsReadOrRefused(byte[] bytes) throws IOException {
    int end = 0;
    while (end < bytes.length && bytes[end] != END_OF_VOCABULARY) {
      end++;
    }
    Files.write(FILE, Arrays.copyOf(bytes, end));
    String text = new String(bytes, end, bytes.length - end, UTF_8);
    Vocabulary vocabulary;
    try {
      vocabulary = Vocabulary.read(FILE);
    } catch (TokenizerException e) {
      return; // refused
    }
    for (boolean lowerCase : new boolean[] {false, true}) {
      Tokenizer tokenizer = TokenizerSpec.googleBert(vocabulary, lowerCase).tokenizer(MAX_LENGTH);
      TokenSequence tokens = tokenizer.encode(text, text.substring(text.length() / 2));
      for (int id : tokens.inputIds()) {
        if (id < 0 || id >= vocabulary.size()) {
          throw new AssertionError("id " + id + " of " + vocabulary.size());
        }
      }
      if (tokens.inputIds().length > MAX_LENGTH) {
        throw new AssertionError(tokens.inputIds().length + " tokens");
      }
    }
  }
}
