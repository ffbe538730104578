package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.api.Embedding;
import io.ganglion.api.Entity;
import io.ganglion.api.Ranking;
import io.ganglion.api.TaggedText;
import io.ganglion.cli.pairs.Label;
import io.ganglion.cli.pairs.PairFile;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The questions of tasks, and how their answers are judged. */
class TaskDataTest {
  private static PairSet read(Task task, String... lines) throws Exception {
    byte[] bytes = String.join("\n", lines).replace('|', '\t').getBytes(StandardCharsets.UTF_8);
    return TaskData.of(task, PairFile.read("data.tsv", new ByteArrayInputStream(bytes)));
  }

  private static Ranking ranking(int... indices) {
    List<Ranking.Document> documents =
        java.util.Arrays.stream(indices)
            .mapToObj(index -> new Ranking.Document(index, 1f / (1 + index)))
            .toList();
    return new Ranking(documents, List.of());
  }

  private static double score(Quality quality, String key) {
    return quality.scores().stream()
        .filter(score -> score.key().equals(key))
        .findFirst()
        .orElseThrow()
        .value();
  }

  @Test
  void theDocumentsOfAQueryAreOneQuestionWhereverTheyStand() throws Exception {
    PairSet set =
        read(Task.RERANK, "query|document|relevance", "q1|a|0", "q2|b|1", "q1|c|2", "q2|d|0");
    assertThat(set.pairs())
        .containsExactly(
            new RankedQuery("q1", List.of("a", "c"), List.of(0.0, 2.0)),
            new RankedQuery("q2", List.of("b", "d"), List.of(1.0, 0.0)));
    assertThat(set.lengths()).startsWith("words a request: min 3");
  }

  /** Worked by hand: gains 3 and 1 at the second and third place, and at the first and second. */
  @Test
  void aRankingIsJudgedByItsFirstRelevantDocumentAndItsGain() {
    RankedQuery query = new RankedQuery("q", List.of("a", "b", "c"), List.of(1.0, 0.0, 2.0));
    Quality quality = new Quality();
    quality.add(query.judge(ranking(1, 2, 0)));
    double gain = 3 / (Math.log(3) / Math.log(2)) + 1 / 2.0;
    double best = 3 + 1 / (Math.log(3) / Math.log(2));
    assertThat(score(quality, "mrr")).isEqualTo(0.5);
    assertThat(score(quality, "ndcg_10")).isCloseTo(gain / best, within(1e-12));
    quality.add(query.judge(ranking(2, 0, 1)));
    assertThat(score(quality, "mrr")).isEqualTo(0.75);
    assertThat(new RankedQuery("q", List.of("a"), List.of(0.0)).judge(ranking(0)))
        .isEqualTo(Judgement.NONE);
  }

  /** Ranks 0, 1.5, 1.5, 3 against 0, 2, 1, 3: a correlation of 0.9487, as scipy.stats gives. */
  @Test
  void vectorsAreJudgedByTheRankOfTheirCosines() {
    Quality quality = new Quality();
    double[] scores = {0, 3, 3, 5};
    float[] angles = {1.4f, 0.3f, 0.9f, 0.1f};
    for (int i = 0; i < scores.length; i++) {
      ComparedTexts pair = new ComparedTexts(List.of("a" + i, "b"), OptionalDouble.of(scores[i]));
      float[] turned = {(float) Math.cos(angles[i]), (float) Math.sin(angles[i])};
      List<Embedding> vectors =
          List.of(new Embedding(new float[] {2, 0}, 3), new Embedding(turned, 3));
      quality.add(pair.judge(vectors));
      quality.add(pair.judge(vectors)); // asked again
    }
    assertThat(score(quality, "spearman")).isCloseTo(0.94868, within(1e-5));
    assertThat(quality.scores().get(0).of()).isEqualTo(4);
  }

  @Test
  void entitiesCountIfLabelAndPlaceAreRight() throws Exception {
    PairSet set = read(Task.TAG, "text|entities", "Ada saw Rome|PER:0-3,LOC:8-12", "nobody came|-");
    TaggedSentence sentence = (TaggedSentence) set.pairs().get(0);
    assertThat(sentence.entities())
        .containsExactly(new Label.Span("PER", 0, 3), new Label.Span("LOC", 8, 12));
    Quality quality = new Quality();
    quality.add(
        sentence.judge(
            new TaggedText(
                List.of(
                    new Entity("PER", 0.9f, 0, 3),
                    new Entity("LOC", 0.9f, 8, 11),
                    new Entity("LOC", 0.9f, 4, 7)),
                5,
                false)));
    assertThat(score(quality, "entity_f1")).as("1 of 3 found, of 2 there").isEqualTo(0.4);
    quality.add(((TaggedSentence) set.pairs().get(1)).judge(new TaggedText(List.of(), 4, false)));
    assertThat(quality.scores().get(0).of()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "RERANK, text;a, needs the columns query and document",
    "RERANK, query|document|relevance;a|b|high, \"high\" is no number",
    "EMBED, sentence1|sentence2|score;a|b|x, \"x\" is no number",
    "TAG, text|entities;a|PER, not written as PER:0-4",
    "TAG, text_a|text_b;a|b, takes one",
  })
  void aRowThatDoesNotFitIsNamed(String task, String lines, String why) {
    assertThatThrownBy(() -> read(Task.valueOf(task), lines.split(";")))
        .hasMessageStartingWith("data.tsv, line 2: ")
        .hasMessageContaining(why);
  }

  @Test
  void withoutLabelsNothingIsJudged() throws Exception {
    PairSet queries = read(Task.RERANK, "query|passage", "q|a", "q|b");
    assertThat(((RankedQuery) queries.pairs().get(0)).judge(ranking(0, 1)))
        .isEqualTo(Judgement.NONE);
    PairSet texts = read(Task.EMBED, "text", "a");
    assertThat(texts.pairs())
        .containsExactly(new ComparedTexts(List.of("a"), OptionalDouble.empty()));
    assertThat(new Quality().scores()).isEmpty();
  }
}
