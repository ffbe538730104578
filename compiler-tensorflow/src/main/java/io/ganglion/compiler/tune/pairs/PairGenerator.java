package io.ganglion.compiler.tune.pairs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Generates an endless sequence of labelled pairs, the same for the same split and seed. Half of
 * them are paraphrases. Each paraphrase has a counterpart that is not one, with the same word
 * overlap and nearly the same lengths, so that overlap and length do not give away the label. Not
 * thread-safe.
 */
public final class PairGenerator {
  // Bounds memory: candidates whose counterpart never comes would pile up.
  private static final int MOST_WAITING = 64;

  private static final int MOST_CHANGES = 5;

  private final Mix mix;
  private final SplittableRandom random;
  private final FactMaker facts;
  private final Narrator narrator;
  private final Map<Surface, Deque<TextPair>> waiting = new HashMap<>();

  public PairGenerator(Split split, long seed, Mix mix) {
    this.mix = mix;
    this.random = new SplittableRandom(seed);
    this.facts = new FactMaker(split, mix.swaps(), random);
    this.narrator = new Narrator(split, random);
  }

  /** The next {@code count} pairs, in an order that does not give away labels. */
  public List<TextPair> next(int count) {
    List<TextPair> pairs = new ArrayList<>(count + 1);
    while (pairs.size() < count) {
      if (random.nextDouble() < mix.easyShare()) {
        pairs.add(candidate(1 + random.nextInt(MOST_CHANGES)));
      } else {
        addMatched(pairs, candidate(1));
      }
    }
    shuffle(pairs);
    return List.copyOf(pairs.subList(0, count));
  }

  private void addMatched(List<TextPair> pairs, TextPair candidate) {
    Deque<TextPair> others =
        waiting.computeIfAbsent(Surface.of(candidate), surface -> new ArrayDeque<>());
    TextPair other = others.peek();
    if (other != null && other.label() != candidate.label()) {
      pairs.add(others.remove());
      pairs.add(candidate);
    } else if (others.size() < MOST_WAITING) {
      others.add(candidate);
    }
  }

  private TextPair candidate(int changes) {
    while (true) {
      Fact fact = facts.invent();
      boolean same = random.nextBoolean();
      Fact second = fact;
      for (int i = 0; i < changes && !same; i++) {
        second = facts.change(second);
      }
      if (!same && second.equals(fact)) {
        continue;
      }
      if (!narrator.canTell(fact) || !narrator.canTell(second)) {
        continue;
      }
      String textA = narrator.tell(fact);
      String textB = narrator.tell(second);
      if (!textA.equals(textB)) {
        return new TextPair(textA, textB, same ? 1 : 0);
      }
    }
  }

  private void shuffle(List<TextPair> pairs) {
    for (int i = pairs.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      TextPair swapped = pairs.get(i);
      pairs.set(i, pairs.get(j));
      pairs.set(j, swapped);
    }
  }
}
