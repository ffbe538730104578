package io.ganglion.engine;

import io.ganglion.api.Aggregation;
import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.Ranking;
import io.ganglion.api.TaggedText;
import io.ganglion.api.TextPair;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.text.PlacedTokens;
import io.ganglion.runtime.text.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What each kind of call asks of a model, and how it makes its answer. */
final class Questions {
  private Questions() {}

  /** What calls of many single texts share. */
  private abstract static class Texts<T> implements ItemsCall.Items<List<T>> {
    final ServedModel model;
    final List<String> texts;

    Texts(ServedModel model, List<String> texts) {
      this.model = model;
      this.texts = List.copyOf(texts);
    }

    @Override
    public int size() {
      return texts.size();
    }

    @Override
    public @Nullable String complaint(int index) {
      return EngineTexts.complaint(model, "text " + index, texts.get(index));
    }

    @Override
    public TokenSequence encode(int index) {
      return model.encode(texts.get(index), null);
    }

    abstract T answer(int index, Outcome.Answered answered);

    @Override
    public List<T> answer(List<Outcome> outcomes) {
      List<T> answers = new ArrayList<>(outcomes.size());
      for (Outcome outcome : outcomes) {
        if (!(outcome instanceof Outcome.Answered answered)) {
          throw Failures.of(outcome);
        }
        answers.add(answer(answers.size(), answered));
      }
      return answers;
    }
  }

  static final class Embed extends Texts<Embedding> {
    private final int dimensions;

    Embed(ServedModel model, List<String> texts, int dimensions) {
      super(model, texts);
      this.dimensions = dimensions;
    }

    @Override
    Embedding answer(int index, Outcome.Answered answered) {
      ModelManifest manifest = model.facts().manifest();
      float[] values = answered.values();
      boolean whole = dimensions == 0 || dimensions == values.length;
      return new Embedding(
          whole ? values : manifest.task().output().apply(Arrays.copyOf(values, dimensions)),
          answered.tokens());
    }
  }

  static final class Tag extends Texts<TaggedText> {
    private final Aggregation aggregation;
    private final @Nullable PlacedTokens[] placed;

    Tag(ServedModel model, List<String> texts, Aggregation aggregation) {
      super(model, texts);
      this.aggregation = aggregation;
      placed = new PlacedTokens[texts.size()];
    }

    @Override
    public TokenSequence encode(int index) {
      PlacedTokens tokens = model.encodeWithPlaces(texts.get(index));
      placed[index] = tokens;
      return tokens.tokens();
    }

    @Override
    TaggedText answer(int index, Outcome.Answered answered) {
      PlacedTokens tokens = Objects.requireNonNull(placed[index]);
      return new TaggedText(
          model.entities().find(tokens, answered.values(), aggregation),
          answered.tokens(),
          tokens.truncated());
    }
  }

  /**
   * @param topK how many scores to name; 0 for none
   */
  record Classify(ServedModel model, TextPair pair, int topK)
      implements ItemsCall.Items<Classification> {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public @Nullable String complaint(int index) {
      String second = pair.textB();
      String complaint = EngineTexts.complaint(model, "textA", pair.textA());
      if (complaint != null || second == null) {
        return complaint;
      }
      return model.takesPairs()
          ? EngineTexts.complaint(model, "textB", second)
          : "textB is given, and the model takes a single text";
    }

    @Override
    public TokenSequence encode(int index) {
      return model.encode(pair.textA(), pair.textB());
    }

    @Override
    public Classification answer(List<Outcome> outcomes) {
      if (!(outcomes.get(0) instanceof Outcome.Answered answered)) {
        throw Failures.of(outcomes.get(0));
      }
      float[] values = answered.values();
      List<String> labels = model.labels();
      List<Classification.LabelScore> best =
          IntStream.range(0, topK == 0 ? 0 : values.length)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer label) -> values[label]).reversed())
              .limit(topK)
              .map(label -> new Classification.LabelScore(labels.get(label), values[label]))
              .toList();
      return new Classification(
          answered.best(),
          labels.get(answered.best()),
          IntStream.range(0, values.length).mapToObj(label -> values[label]).toList(),
          best,
          answered.queueNs(),
          answered.inferenceNs(),
          answered.batchSize(),
          answered.coreIndex(),
          answered.tokens());
    }
  }

  record Rerank(ServedModel model, String query, List<String> documents)
      implements ItemsCall.Items<Ranking> {
    Rerank {
      documents = List.copyOf(documents);
    }

    @Override
    public int size() {
      return documents.size();
    }

    @Override
    public @Nullable String complaint(int index) {
      return EngineTexts.complaint(model, "document " + index, documents.get(index));
    }

    @Override
    public TokenSequence encode(int index) {
      return model.encode(query, documents.get(index));
    }

    @Override
    public Ranking answer(List<Outcome> outcomes) {
      List<Ranking.Document> scored = new ArrayList<>();
      List<Ranking.Failure> failures = new ArrayList<>();
      for (int index = 0; index < outcomes.size(); index++) {
        if (outcomes.get(index) instanceof Outcome.Answered answered) {
          scored.add(new Ranking.Document(index, answered.values()[0]));
        } else {
          failures.add(new Ranking.Failure(index, Failures.of(outcomes.get(index))));
        }
      }
      scored.sort(
          Comparator.comparingDouble(Ranking.Document::score)
              .reversed()
              .thenComparingInt(Ranking.Document::index));
      return new Ranking(scored, failures);
    }
  }
}
