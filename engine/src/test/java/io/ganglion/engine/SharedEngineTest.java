package io.ganglion.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Embedding;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TextModel;
import io.ganglion.engine.model.ModelException;
import io.ganglion.engine.model.ModelOptions;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.CoreOptions;
import io.ganglion.runtime.model.Pooling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One engine for all users of a directory. */
@Timeout(60)
class SharedEngineTest {
  @TempDir private Path folder;
  private Path model;
  private final List<Engine> opened = Collections.synchronizedList(new ArrayList<>());
  private final SharedEngines engines =
      new SharedEngines(
          (directory, options) -> {
            assertThat(opened).as("engines before this one").allMatch(SharedEngineTest::closed);
            Engine engine = Engine.open(directory, options);
            opened.add(engine);
            return engine;
          });

  @BeforeEach
  void write() throws Exception {
    model = TestArtifacts.tiny().embedding(Pooling.MEAN, true).write(folder.resolve("model"));
  }

  private TextModel open() throws ModelException {
    return engines.open(model, Engine.defaults());
  }

  private static boolean closed(TextModel model) {
    try {
      model.embed(List.of("the cat")).join();
      return false;
    } catch (CompletionException e) {
      return e.getCause() instanceof GanglionException.Unavailable;
    }
  }

  @Test
  void usersOfADirectoryShareOneEngineAndTheLastClosesIt() throws Exception {
    TextModel first = open();
    TextModel second = engines.open(folder.resolve("model/../model"), Engine.defaults());
    List<Embedding> answer = first.embed(List.of("the cat")).join();
    first.close();
    first.close();
    assertThat(closed(first)).isTrue();
    assertThat(opened).hasSize(1);
    assertThat(second.embed(List.of("the cat")).join()).isEqualTo(answer);
    second.close();
    assertThat(closed(opened.get(0))).isTrue();
    assertThat(engines.size()).isZero();
    open().close();
    assertThat(opened).hasSize(2);
  }

  @Test
  void otherOptionsAreRefusedWhileItIsOpen() throws Exception {
    ModelOptions other = Engine.defaults().withCores(new CoreOptions(1, 2, 0, Map.of()));
    try (TextModel first = open()) {
      assertThatThrownBy(() -> engines.open(model, other))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("is open in this JVM with other options");
      assertThat(closed(first)).isFalse();
    }
    engines.open(model, other).close();
  }

  @Test
  void aFailureToOpenIsNotRemembered() throws Exception {
    Path later = folder.resolve("later");
    assertThatThrownBy(() -> engines.open(later, Engine.defaults()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("is not there");
    Files.createDirectory(later);
    assertThatThrownBy(() -> engines.open(later, Engine.defaults()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("neither a compiled model");
    assertThat(engines.size()).isZero();
    Files.delete(later);
    TestArtifacts.tiny().write(later);
    engines.open(later, Engine.defaults()).close();
  }

  @Test
  void closingWaitsForItsOwnCallsAndNotForThoseOfOthers() throws Exception {
    List<String> texts = Collections.nCopies(2_000, "the red cat sat");
    try (TextModel other = open();
        TextModel mine = open()) {
      CompletableFuture<List<Embedding>> inFlight = mine.embed(texts);
      mine.close();
      assertThat(inFlight).isCompleted();
      CompletableFuture<List<Embedding>> others = other.embed(texts);
      assertThat(others.join()).isEqualTo(inFlight.join());
    }
  }

  @Test
  void aContinuationMayCloseItsHold() throws Exception {
    TextModel mine = open();
    mine.embed(List.of("the cat")).thenAccept(answer -> mine.close()).get(20, TimeUnit.SECONDS);
    assertThat(engines.size()).isZero();
  }

  @Test
  void usersWhoComeAndGoAtOnceNeverSeeAClosedEngineNorTwoOfThem() throws Exception {
    int threads = 6;
    int rounds = 25;
    ExecutorService users = Executors.newFixedThreadPool(threads);
    CountDownLatch start = new CountDownLatch(1);
    AtomicInteger answers = new AtomicInteger();
    List<Future<?>> done = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      done.add(
          users.submit(
              () -> {
                start.await();
                for (int i = 0; i < rounds; i++) {
                  try (TextModel mine = open()) {
                    answers.addAndGet(mine.embed(List.of("a dog")).join().size());
                  }
                }
                return null;
              }));
    }
    start.countDown();
    for (Future<?> user : done) {
      user.get();
    }
    users.shutdown();
    assertThat(answers).hasValue(threads * rounds);
    assertThat(engines.size()).isZero();
    assertThat(opened).allMatch(SharedEngineTest::closed);
  }
}
