package io.ganglion.server;

import io.ganglion.api.Classification;
import io.ganglion.api.TextPair;
import io.ganglion.client.GanglionClient;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Inputs of all lengths that a model of 512 positions takes, and the answers that two models give
 * to each when it is alone in its batch. Passed to other processes in a file.
 *
 * @param items one for each length, shortest first
 */
record SoakPool(List<Item> items) {
  private static final int SHORTEST = 3;
  private static final int LONGEST = 512;
  private static final String[] WORDS = {
    "the", "a", "cat", "dog", "sat", "ran", "on", "in", "mat", "house", "red", "big"
  };

  /**
   * An input and its right answers.
   *
   * @param answers probabilities by model
   */
  record Item(TextPair pair, List<List<Float>> answers) {
    /** Whether it is one of the right answers, to the bit. */
    boolean isRight(Classification answer) {
      return answers.contains(answer.probabilities());
    }
  }

  /** Inputs without answers, made of words that are one token each. */
  static List<TextPair> inputs() {
    Random random = new Random(1);
    List<TextPair> inputs = new ArrayList<>();
    for (int length = SHORTEST; length <= LONGEST; length++) {
      int words = length - 2;
      int second = words < 3 ? 0 : random.nextInt(1, words - 1);
      String a = words(random, words - second - (second > 0 ? 1 : 0));
      inputs.add(second > 0 ? new TextPair(a, words(random, second)) : new TextPair(a, null));
    }
    return inputs;
  }

  private static String words(Random random, int count) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(WORDS[random.nextInt(WORDS.length)]);
    }
    return String.join(" ", words);
  }

  /** Asks each model one input after the other, so that each is alone in its batch. */
  static SoakPool of(List<Path> models) throws Exception {
    List<TextPair> inputs = inputs();
    List<List<List<Float>>> answers = new ArrayList<>();
    inputs.forEach(input -> answers.add(new ArrayList<>()));
    for (Path model : models) {
      try (ServerProcess server = new ServerProcess(model, "--parallel", "1");
          GanglionClient client =
              GanglionClient.builder().target("127.0.0.1:" + server.port()).build()) {
        for (int i = 0; i < inputs.size(); i++) {
          Classification answer = client.classify(inputs.get(i)).join();
          if (answer.batchSize() != 1 || answer.inputTokens() != SHORTEST + i) {
            throw new AssertionError("not alone, or of another length: " + answer);
          }
          answers.get(i).add(answer.probabilities());
        }
      }
    }
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      items.add(new Item(inputs.get(i), answers.get(i)));
    }
    return new SoakPool(items);
  }

  void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(items.size());
      for (Item item : items) {
        out.writeUTF(item.pair.textA());
        String b = item.pair.textB();
        out.writeUTF(b == null ? "" : b);
        out.writeInt(item.answers.size());
        for (List<Float> answer : item.answers) {
          out.writeInt(answer.size());
          for (float probability : answer) {
            out.writeFloat(probability);
          }
        }
      }
    }
  }

  static SoakPool read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      List<Item> items = new ArrayList<>();
      for (int i = in.readInt(); i > 0; i--) {
        String a = in.readUTF();
        String b = in.readUTF();
        List<List<Float>> answers = new ArrayList<>();
        for (int n = in.readInt(); n > 0; n--) {
          List<Float> answer = new ArrayList<>();
          for (int p = in.readInt(); p > 0; p--) {
            answer.add(in.readFloat());
          }
          answers.add(answer);
        }
        items.add(new Item(new TextPair(a, b.isEmpty() ? null : b), answers));
      }
      return new SoakPool(items);
    }
  }
}
