package io.ganglion.compiler.tune.pairs;

import java.util.List;
import java.util.SplittableRandom;

/** Draws names and numbers of one split. Not thread-safe, because it holds the random source. */
final class Names {
  private static final int SMALL = 20;
  private static final int LARGEST = 999;

  private final Split split;
  private final SplittableRandom random;

  Names(Split split, SplittableRandom random) {
    this.split = split;
    this.random = random;
  }

  String company() {
    return invented(Lexicon.COMPANY_ENDINGS) + " " + pick(Lexicon.COMPANY_KINDS);
  }

  String person() {
    return pick(Lexicon.FIRST_NAMES) + " " + invented(Lexicon.FAMILY_ENDINGS);
  }

  String place() {
    return invented(Lexicon.PLACE_ENDINGS);
  }

  String team() {
    return place() + " " + pick(Lexicon.TEAM_KINDS);
  }

  /**
   * A number from 2 to 999. Half of the draws are at most twenty: such numbers have words and are
   * in both splits.
   */
  int number() {
    if (random.nextBoolean()) {
      return random.nextInt(2, SMALL + 1);
    }
    while (true) {
      int value = random.nextInt(SMALL + 1, random.nextBoolean() ? 100 : LARGEST + 1);
      if (split.owns("number " + value)) {
        return value;
      }
    }
  }

  private String invented(List<String> endings) {
    while (true) {
      String name = pick(Lexicon.STEMS) + pick(endings);
      if (split.owns(name)) {
        return name;
      }
    }
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}
