package io.ganglion.engine.tag;

import io.ganglion.api.Aggregation;
import io.ganglion.api.Entity;
import io.ganglion.runtime.text.PlacedTokens;
import java.util.ArrayList;
import java.util.List;

/**
 * Joins the labels of tokens to entities, by the rules of HuggingFace's token classification
 * pipeline. Two things differ: a word is what the tokenizer made its tokens of, for every kind of
 * tokenizer, and a label without "B-" or "I-" keeps its whole name. Immutable, thread-safe.
 */
public final class EntityFinder {
  private static final String NO_ENTITY = "O";

  private final List<Tag> tags;

  /**
   * A label.
   *
   * @param label as the model has it
   * @param kind without what it begins with
   * @param begins whether an entity begins with it, even behind another of its kind
   */
  private record Tag(String label, String kind, boolean begins) {
    static Tag of(String label) {
      boolean begins = label.startsWith("B-");
      boolean marked = begins || label.startsWith("I-");
      return new Tag(label, marked ? label.substring(2) : label, begins);
    }
  }

  /** A token or a word, with the tag that it has. */
  private record Part(Tag tag, float score, int start, int end) {}

  /**
   * @param labels of the model, in index order
   */
  public EntityFinder(List<String> labels) {
    tags = labels.stream().map(Tag::of).toList();
  }

  /**
   * Finds the entities of one text, in its order.
   *
   * @param probabilities row-major, a row for each token, special ones included
   */
  public List<Entity> find(PlacedTokens tokens, float[] probabilities, Aggregation aggregation) {
    if (probabilities.length != tokens.tokens().length() * tags.size()) {
      throw new IllegalArgumentException(
          "%d values are not %d labels for each of %d tokens"
              .formatted(probabilities.length, tags.size(), tokens.tokens().length()));
    }
    return switch (aggregation) {
      case NONE -> single(tokens(tokens, probabilities));
      case SIMPLE -> joined(tokens(tokens, probabilities));
      case FIRST, MAX, AVERAGE -> joined(words(tokens, probabilities, aggregation));
    };
  }

  private List<Part> tokens(PlacedTokens tokens, float[] probabilities) {
    List<Part> parts = new ArrayList<>();
    for (int token = 0; token < tokens.words().length; token++) {
      if (tokens.words()[token] >= 0) {
        parts.add(part(row(probabilities, token), tokens, token, token));
      }
    }
    return parts;
  }

  private List<Part> words(PlacedTokens tokens, float[] probabilities, Aggregation aggregation) {
    List<Part> parts = new ArrayList<>();
    int[] words = tokens.words();
    int first = 0;
    while (first < words.length) {
      int last = first;
      while (last + 1 < words.length && words[last + 1] == words[first]) {
        last++;
      }
      if (words[first] >= 0) {
        float[] row =
            switch (aggregation) {
              case MAX -> row(probabilities, surest(probabilities, first, last));
              case AVERAGE -> mean(probabilities, first, last);
              case NONE, SIMPLE, FIRST -> row(probabilities, first);
            };
        parts.add(part(row, tokens, first, last));
      }
      first = last + 1;
    }
    return parts;
  }

  private Part part(float[] row, PlacedTokens tokens, int first, int last) {
    int best = best(row);
    return new Part(tags.get(best), row[best], tokens.starts()[first], tokens.ends()[last]);
  }

  private float[] row(float[] probabilities, int token) {
    float[] row = new float[tags.size()];
    System.arraycopy(probabilities, token * row.length, row, 0, row.length);
    return row;
  }

  /** The token with the highest score; the first among equals. */
  private int surest(float[] probabilities, int first, int last) {
    int surest = first;
    float highest = Float.NEGATIVE_INFINITY;
    for (int token = first; token <= last; token++) {
      float[] row = row(probabilities, token);
      float score = row[best(row)];
      if (score > highest) {
        highest = score;
        surest = token;
      }
    }
    return surest;
  }

  private float[] mean(float[] probabilities, int first, int last) {
    float[] mean = new float[tags.size()];
    for (int label = 0; label < mean.length; label++) {
      double sum = 0;
      for (int token = first; token <= last; token++) {
        sum += probabilities[token * mean.length + label];
      }
      mean[label] = (float) (sum / (last - first + 1));
    }
    return mean;
  }

  private static int best(float[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      if (row[i] > row[best]) {
        best = i;
      }
    }
    return best;
  }

  private static List<Entity> single(List<Part> parts) {
    List<Entity> entities = new ArrayList<>();
    for (Part part : parts) {
      if (!part.tag.label.equals(NO_ENTITY)) {
        entities.add(new Entity(part.tag.label, part.score, part.start, part.end));
      }
    }
    return entities;
  }

  private static List<Entity> joined(List<Part> parts) {
    List<Entity> entities = new ArrayList<>();
    int first = 0;
    while (first < parts.size()) {
      Part begin = parts.get(first);
      int last = first;
      double sum = begin.score;
      while (last + 1 < parts.size() && goesOn(begin, parts.get(last + 1))) {
        last++;
        sum += parts.get(last).score;
      }
      if (!begin.tag.label.equals(NO_ENTITY)) {
        float score = (float) (sum / (last - first + 1));
        entities.add(new Entity(begin.tag.kind, score, begin.start, parts.get(last).end));
      }
      first = last + 1;
    }
    return entities;
  }

  private static boolean goesOn(Part begin, Part next) {
    return !next.tag.begins && next.tag.kind.equals(begin.tag.kind);
  }
}
