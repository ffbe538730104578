package io.ganglion.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.ganglion.api.Aggregation;
import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.GanglionException;
import io.ganglion.api.ModelInfo;
import io.ganglion.api.Ranking;
import io.ganglion.api.TaggedText;
import io.ganglion.api.TextPair;
import io.ganglion.engine.model.ModelException;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Asks models of each task in process, on the CPU core. */
@Timeout(60)
class EngineTest {
  private static final List<String> WORDS =
      List.of("the", "cat", "dog", "sat", "ran", "mat", "red");

  @TempDir private Path folder;
  private Engine engine;

  @AfterEach
  void close() {
    if (engine != null) {
      engine.close();
    }
  }

  private Engine open(TestArtifacts model) throws Exception {
    engine = Engine.open(model.write(folder.resolve("model")));
    return engine;
  }

  private static List<String> texts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "a " + WORDS.get(i % 7) + " " + WORDS.get(i / 7 % 7) + " dog".repeat(i % 9))
        .toList();
  }

  private static Throwable failureOf(CompletableFuture<?> future) {
    try {
      future.join();
      throw new AssertionError("it was answered");
    } catch (CompletionException e) {
      return e.getCause();
    }
  }

  @Test
  void itClassifiesPairsAndNamesTheBestLabels() throws Exception {
    open(TestArtifacts.tiny().labels("a", "b", "c").output(OutputActivation.SIGMOID));
    Classification plain = engine.classify("the cat", "a dog").join();
    Classification named = engine.classify(new TextPair("the cat", "a dog"), 2).join();
    assertThat(plain.scores()).isEmpty();
    assertThat(named.probabilities()).isEqualTo(plain.probabilities());
    assertThat(named.scores()).hasSize(2);
    assertThat(named.scores().get(0).label()).isEqualTo(named.label());
    assertThat(named.scores().get(0).score()).isEqualTo(named.probability());
    assertThat(named.inputTokens()).isEqualTo(7);
  }

  @Test
  void itRanksAnyNumberOfDocumentsAndListsBadOnesApart() throws Exception {
    open(TestArtifacts.tiny().labels("score").output(OutputActivation.SIGMOID));
    List<String> documents = new ArrayList<>(texts(700));
    documents.set(3, "");
    documents.set(600, "  ");
    Ranking ranking = engine.rerank("the red cat", documents).join();
    assertThat(ranking.documents()).hasSize(698);
    assertThat(ranking.failures()).extracting(Ranking.Failure::index).containsExactly(3, 600);
    assertThat(ranking.failures().get(1).failure()).hasMessageContaining("document 600 has no");
    Ranking.Document best = ranking.documents().get(0);
    assertThat(best.score())
        .isEqualTo(
            engine.classify("the red cat", documents.get(best.index())).join().probability());
    assertThat(failureOf(engine.rerank(" ", documents))).hasMessageContaining("query has no");
  }

  @Test
  void vectorsHaveTheSameBitsAloneAndAmongManyAndCanBeCut() throws Exception {
    open(TestArtifacts.tiny().embedding(Pooling.MEAN, true));
    List<String> texts = texts(300);
    List<Embedding> all = engine.embed(texts).join();
    assertThat(all.get(299)).isEqualTo(engine.embed(texts.subList(299, 300)).join().get(0));
    Embedding cut = engine.embed(texts.subList(0, 1), 8).join().get(0);
    double length = 0;
    for (float value : cut.values()) {
      length += (double) value * value;
    }
    assertThat(cut.dimensions()).isEqualTo(8);
    assertThat(length).isCloseTo(1, offset(1e-6));
    assertThat(engine.embed(List.of()).join()).isEmpty();
    assertThat(failureOf(engine.embed(List.of("a"), 33))).hasMessageContaining("32 values");
    assertThat(failureOf(engine.embed(List.of("a", ""))))
        .isInstanceOf(GanglionException.InvalidRequest.class)
        .hasMessageContaining("text 1 is empty");
  }

  @Test
  void entitiesStandWhereTheirTokensStandAndALongTextSaysThatItWasCut() throws Exception {
    open(TestArtifacts.tiny().tokens("B-X"));
    String text = "the \ud83d\ude00 cat";
    TaggedText tagged = engine.tag(text).join();
    assertThat(tagged.entities())
        .extracting(entity -> text.substring(entity.start(), entity.end()))
        .containsExactly("the", "\ud83d\ude00", "cat");
    assertThat(tagged.truncated()).isFalse();
    TaggedText cut = engine.tag(List.of("cat ".repeat(100)), Aggregation.NONE).join().get(0);
    assertThat(cut.entities()).hasSize(62).allMatch(entity -> entity.label().equals("B-X"));
    assertThat(cut.truncated()).isTrue();
    assertThat(cut.inputTokens()).isEqualTo(64);
  }

  @Test
  void whatTheModelCannotAnswerIsRefusedAndTheMessageNamesWhatItCan() throws Exception {
    open(TestArtifacts.tiny());
    assertThat(failureOf(engine.embed(List.of("a"))))
        .isInstanceOf(GanglionException.Unimplemented.class)
        .hasMessageContainingAll("2 labels", "cannot answer embed: call classify");
    assertThat(failureOf(engine.rerank("a", List.of("b"))))
        .isInstanceOf(GanglionException.Unimplemented.class);
    ModelInfo info = engine.model().join();
    assertThat(info.task().kind()).isEqualTo(ModelInfo.Kind.CLASSIFICATION);
    assertThat(info.task().takesPairs()).isTrue();
    assertThat(info.backend()).isEqualTo("cpu");
  }

  @Test
  void threadsShareBatchesAndEachGetsItsOwnAnswer() throws Exception {
    open(TestArtifacts.tiny());
    List<String> texts = texts(60);
    List<Float> expected = new ArrayList<>();
    for (String text : texts) {
      expected.add(engine.classify(new TextPair(text)).join().probability());
    }
    List<Thread> threads = new ArrayList<>();
    AtomicReference<Throwable> wrong = new AtomicReference<>();
    for (int t = 0; t < 8; t++) {
      int from = t * 7;
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 300; i++) {
                  int text = (from + i) % texts.size();
                  float found = engine.classify(new TextPair(texts.get(text))).join().probability();
                  if (found != expected.get(text)) {
                    wrong.set(new AssertionError("text " + text + ": " + found));
                  }
                }
              });
      thread.setUncaughtExceptionHandler((failed, thrown) -> wrong.set(thrown));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(wrong.get()).isNull();
  }

  @Test
  void aCallThatIsGivenUpEndsAtOnceAndTheOthersGoOn() throws Exception {
    open(TestArtifacts.tiny().embedding(Pooling.MEAN, true));
    CompletableFuture<List<Embedding>> givenUp = engine.embed(texts(5_000));
    assertThat(givenUp.cancel(false)).isTrue();
    assertThat(engine.embed(texts(10)).join()).hasSize(10);
  }

  @Test
  void closingWaitsForCallsInFlightAndRefusesLaterOnes() throws Exception {
    open(TestArtifacts.tiny().embedding(Pooling.MEAN, true));
    CompletableFuture<List<Embedding>> inFlight = engine.embed(texts(1_000));
    engine.close();
    assertThat(inFlight).isCompletedWithValueMatching(all -> all.size() == 1_000);
    assertThat(failureOf(engine.embed(texts(1))))
        .isInstanceOf(GanglionException.Unavailable.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aContinuationMayCloseTheEngine() throws Exception {
    open(TestArtifacts.tiny());
    engine
        .classify("the cat", "a dog")
        .thenAccept(answer -> engine.close())
        .get(20, TimeUnit.SECONDS);
    assertThat(failureOf(engine.classify("the cat", "a dog"))).hasMessageContaining("closed");
  }

  @Test
  void aFolderWithoutAModelIsRefusedWithASentence() {
    assertThatThrownBy(() -> Engine.open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("neither a compiled model");
  }
}
