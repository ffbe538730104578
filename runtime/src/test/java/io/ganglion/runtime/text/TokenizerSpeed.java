package io.ganglion.runtime.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Prints pairs/s on one thread for a GLUE file, and the time for hostile texts. Not a test: run its
 * main.
 */
final class TokenizerSpeed {
  private static final int ROUNDS = 6;
  private static final long ROUND_NS = 1_000_000_000L;

  private TokenizerSpeed() {}

  /**
   * Arguments: a vocabulary or a {@code tokenizer.json}, and a tab-separated file with the texts in
   * columns 4 and 5.
   */
  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    Path file = Path.of(args[0]);
    TokenizerSpec spec =
        file.toString().endsWith(".json")
            ? TokenizerSpec.read(file)
            : TokenizerSpec.googleBert(Vocabulary.read(file), true);
    System.out.printf("tokenizer read in %.0f ms%n", (System.nanoTime() - start) / 1e6);
    List<String[]> pairs =
        Files.readAllLines(Path.of(args[1])).stream()
            .skip(1)
            .map(line -> line.split("\t", -1))
            .map(columns -> new String[] {columns[3], columns[4]})
            .toList();
    Tokenizer tokenizer = spec.tokenizer(128);
    for (int round = 0; round < ROUNDS; round++) {
      long encoded = 0;
      long tokens = 0;
      long from = System.nanoTime();
      while (System.nanoTime() - from < ROUND_NS) {
        for (String[] pair : pairs) {
          tokens += tokenizer.encode(pair[0], pair[1]).length();
        }
        encoded += pairs.size();
      }
      double seconds = (System.nanoTime() - from) / 1e9;
      System.out.printf("%,.0f pairs/s, %,.0f tokens/s%n", encoded / seconds, tokens / seconds);
    }
    for (Map.Entry<String, String> text : HostileTextTest.texts().entrySet()) {
      double[] ms = new double[5];
      for (int i = 0; i < ms.length; i++) {
        long from = System.nanoTime();
        tokenizer.encode(text.getValue(), text.getValue());
        ms[i] = (System.nanoTime() - from) / 1e6;
      }
      Arrays.sort(ms);
      System.out.printf("%-32s two of a million characters: %.3f ms%n", text.getKey(), ms[2]);
    }
  }
}
