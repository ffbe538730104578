package io.ganglion.examples.kafka;

import io.ganglion.api.TextModel;
import io.ganglion.engine.Engine;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * Classifies the pairs of one topic into another, exactly once: {@code KafkaPairs MODEL
 * BOOTSTRAP-SERVERS INPUT-TOPIC OUTPUT-TOPIC}. Values are two texts with a tab between them, or
 * one.
 */
public final class KafkaPairs {
  private KafkaPairs() {}

  /**
   * What the program does with each record.
   *
   * @param model shared by all stream threads
   */
  static Topology topology(TextModel model, String input, String output) {
    return new Topology()
        .addSource("pairs", Serdes.String().deserializer(), Serdes.String().deserializer(), input)
        .addProcessor("ask", () -> new AskProcessor(model), "pairs")
        .addStateStore(
            // With a cache, only what is unanswered at a commit is written to the changelog.
            Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(AskProcessor.STORE),
                    Serdes.Long(),
                    Serdes.String())
                .withCachingEnabled(),
            "ask")
        .addSink(
            "answers", output, Serdes.String().serializer(), Serdes.String().serializer(), "ask");
  }

  static Properties settings(String servers) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "ganglion-pairs");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    return settings;
  }

  /**
   * Runs until it is stopped.
   *
   * @param args the model, the brokers, and the topics
   * @throws Exception if the model cannot be run
   */
  public static void main(String[] args) throws Exception {
    if (args.length != 4) {
      System.err.println("Usage: KafkaPairs MODEL BOOTSTRAP-SERVERS INPUT-TOPIC OUTPUT-TOPIC");
      System.exit(2);
    }
    CountDownLatch stopped = new CountDownLatch(1);
    try (Engine engine = Engine.open(Path.of(args[0]));
        KafkaStreams streams =
            new KafkaStreams(topology(engine, args[2], args[3]), settings(args[1]))) {
      streams.setStateListener(
          (now, before) -> {
            if (now == KafkaStreams.State.ERROR) {
              stopped.countDown();
            }
          });
      Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown));
      streams.start();
      stopped.await();
    }
  }
}
