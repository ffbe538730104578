package io.ganglion.examples.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.TextModel;
import io.ganglion.engine.Engine;
import io.ganglion.runtime.artifact.TestArtifacts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the topology without a broker. */
@Timeout(60)
class AskProcessorTest {
  @TempDir private Path folder;
  private Engine engine;

  @BeforeEach
  void openTheModel() throws Exception {
    engine = Engine.open(TestArtifacts.tiny().write(folder.resolve("model")));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  /** One life of the program, until a crash or its end. */
  private final class Life implements AutoCloseable {
    final TopologyTestDriver driver;
    final TestInputTopic<String, String> input;
    final TestOutputTopic<String, String> output;

    Life(TextModel model) {
      Properties settings = KafkaPairs.settings("unused:9092");
      settings.put("state.dir", folder.resolve("state").toString());
      driver =
          new TopologyTestDriver(
              KafkaPairs.topology(model, "pairs", "answers"), settings, Instant.EPOCH);
      input = driver.createInputTopic("pairs", new StringSerializer(), new StringSerializer());
      output =
          driver.createOutputTopic("answers", new StringDeserializer(), new StringDeserializer());
    }

    /** Gives the idle clock its turns until this many answers have come. */
    List<KeyValue<String, String>> answers(int count) {
      List<KeyValue<String, String>> all = new ArrayList<>();
      while (all.size() < count) {
        driver.advanceWallClockTime(AskProcessor.IDLE);
        all.addAll(output.readKeyValuesToList());
        Thread.onSpinWait();
      }
      return all;
    }

    KeyValueStore<Long, String> unanswered() {
      return driver.getKeyValueStore(AskProcessor.STORE);
    }

    @Override
    public void close() {
      driver.close();
    }
  }

  private String answer(String a, String b) {
    var given = engine.classify(a, b).join();
    return given.label() + "\t" + given.probability();
  }

  @Test
  void answersComeInTheOrderOfTheRecordsAndNothingIsLeft() {
    try (Life life = new Life(engine)) {
      for (int i = 0; i < 2_000; i++) {
        life.input.pipeInput("key" + i, "the cat" + " dog".repeat(i % 20) + "\ta mat");
      }
      List<KeyValue<String, String>> answers = life.answers(2_000);
      for (int i = 0; i < 2_000; i++) {
        assertThat(answers.get(i).key).isEqualTo("key" + i);
      }
      assertThat(answers.get(7).value).isEqualTo(answer("the cat" + " dog".repeat(7), "a mat"));
      assertThat(life.unanswered().approximateNumEntries()).isZero();
    }
  }

  @Test
  void aTextThatIsRefusedIsAnsweredSoAndATombstoneIsNot() {
    try (Life life = new Life(engine)) {
      life.input.pipeInput("empty", "\ta dog");
      life.input.pipeInput("tombstone", (String) null);
      life.input.pipeInput("one", "a dog");
      List<KeyValue<String, String>> answers = life.answers(2);
      assertThat(answers.get(0)).isEqualTo(KeyValue.pair("empty", "refused\ttextA is empty"));
      assertThat(answers.get(1).key).isEqualTo("one");
    }
  }

  @Test
  void whatHadNoAnswerAtACrashIsInTheStoreAndIsAnsweredAfterwards() {
    Map<Long, String> left = new HashMap<>();
    try (Life crashed = new Life(new FadingModel(engine, 0))) {
      for (int i = 0; i < 10; i++) {
        crashed.input.pipeInput("key" + i, "the cat\ta mat", Duration.ofSeconds(i).toMillis());
      }
      try (KeyValueIterator<Long, String> all = crashed.unanswered().all()) {
        all.forEachRemaining(one -> left.put(one.key, one.value));
      }
      assertThat(left).hasSize(10);
      assertThat(crashed.output.isEmpty()).isTrue();
    }
    // The changelog gives the store back before the first record is processed.
    Record<String, String> third = Stored.read(left.get(3L));
    assertThat(third.key()).isEqualTo("key3");
    assertThat(third.value()).isEqualTo("the cat\ta mat");
    assertThat(third.timestamp()).isEqualTo(3_000);
  }

  @Test
  void aRecordWithoutAKeyComesBackFromTheStore() {
    Record<String, String> record = new Record<>(null, "a b\tc d", 5);
    assertThat(Stored.read(Stored.write(record))).isEqualTo(record);
    Record<String, String> spaced = new Record<>("k 1", " a", 6);
    assertThat(Stored.read(Stored.write(spaced))).isEqualTo(spaced);
  }
}
