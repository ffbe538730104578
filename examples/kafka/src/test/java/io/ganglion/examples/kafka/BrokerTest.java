package io.ganglion.examples.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.TextModel;
import io.ganglion.engine.Engine;
import io.ganglion.runtime.artifact.TestArtifacts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program against a broker in this JVM. */
@Tag("proof")
@Timeout(180)
class BrokerTest {
  private static final TopicPartition INPUT = new TopicPartition("pairs", 0);
  private static final int RECORDS = 1_000;

  @TempDir private Path folder;
  private KafkaClusterTestKit cluster;
  private Admin admin;
  private Engine engine;

  @BeforeEach
  void start() throws Exception {
    engine = Engine.open(TestArtifacts.tiny().write(folder.resolve("model")));
    cluster =
        new KafkaClusterTestKit.Builder(
                new TestKitNodes.Builder()
                    .setCombined(true)
                    .setNumBrokerNodes(1)
                    .setNumControllerNodes(1)
                    .build())
            .setConfigProp("offsets.topic.replication.factor", "1")
            .setConfigProp("offsets.topic.num.partitions", "1")
            .setConfigProp("transaction.state.log.replication.factor", "1")
            .setConfigProp("transaction.state.log.min.isr", "1")
            .setConfigProp("transaction.state.log.num.partitions", "1")
            .setConfigProp("group.initial.rebalance.delay.ms", "0")
            .build();
    cluster.format();
    cluster.startup();
    cluster.waitForReadyBrokers();
    admin = cluster.admin();
    admin
        .createTopics(
            List.of(new NewTopic("pairs", 1, (short) 1), new NewTopic("answers", 1, (short) 1)))
        .all()
        .get();
  }

  @AfterEach
  void stop() throws Exception {
    admin.close();
    cluster.close();
    engine.close();
  }

  private KafkaStreams program(TextModel model, CountDownLatch died) {
    Properties settings = KafkaPairs.settings(cluster.bootstrapServers());
    settings.put("state.dir", folder.resolve("state").toString());
    settings.put("session.timeout.ms", "6000"); // for which the second program waits
    KafkaStreams streams =
        new KafkaStreams(KafkaPairs.topology(model, "pairs", "answers"), settings);
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.ERROR) {
            died.countDown();
          }
        });
    streams.start();
    return streams;
  }

  private void send() throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      List<Future<?>> sent = new ArrayList<>();
      for (int i = 0; i < RECORDS; i++) {
        sent.add(
            producer.send(
                new ProducerRecord<>("pairs", "key" + i, "the cat" + " dog".repeat(i % 9))));
      }
      for (Future<?> one : sent) {
        one.get();
      }
    }
  }

  /** Reads committed answers, from the first, until this many have come. */
  private List<String> answers(int count) {
    List<String> keys = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                cluster.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      TopicPartition output = new TopicPartition("answers", 0);
      consumer.assign(List.of(output));
      while (keys.size() < count) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          keys.add(record.key());
        }
      }
      consumer.poll(Duration.ofMillis(200)).forEach(more -> keys.add(more.key()));
    }
    return keys;
  }

  private long committed() throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        admin.listConsumerGroupOffsets("ganglion-pairs").partitionsToOffsetAndMetadata().get();
    OffsetAndMetadata offset = offsets.get(INPUT);
    return offset == null ? 0 : offset.offset();
  }

  private static List<String> keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> "key" + i).toList();
  }

  @Test
  void recordsThatWereCommittedWithoutAnAnswerAreAnsweredOnceAfterACrash() throws Exception {
    send();
    FadingModel fading = new FadingModel(engine, 700);
    CountDownLatch died = new CountDownLatch(1);
    try (KafkaStreams first = program(fading, died)) {
      assertThat(answers(700)).isEqualTo(keys(700));
      while (committed() < RECORDS) {
        admin.describeCluster().nodes().get(); // gives the program time
      }
      fading.fail();
      assertThat(died.await(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(answers(700)).isEqualTo(keys(700));
    try (KafkaStreams second = program(engine, new CountDownLatch(1))) {
      assertThat(answers(RECORDS)).isEqualTo(keys(RECORDS));
    }
  }
}
