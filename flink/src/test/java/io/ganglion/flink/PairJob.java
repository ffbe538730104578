package io.ganglion.flink;

import io.ganglion.api.TextPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.jspecify.annotations.Nullable;

/**
 * A job that asks about numbered pairs and writes a line for each into files, exactly once. Its
 * source gives a bounded number of pairs between two checkpoints, so that a test can count on a
 * checkpoint in the middle.
 */
final class PairJob {
  /** Of {@value}, {@value #EACH_CHECKPOINT} come with each checkpoint. */
  static final int PAIRS = 2_000;

  private static final int EACH_CHECKPOINT = 200;

  private static final List<String> WORDS =
      List.of("the", "cat", "dog", "sat", "ran", "mat", "red");

  private final ModelSource source;
  private final Path output;
  private final Path checkpoints;

  PairJob(ModelSource source, Path folder) {
    this.source = source;
    this.output = folder.resolve("output");
    this.checkpoints = folder.resolve("checkpoints");
  }

  static TextPair pair(long number) {
    int n = (int) number;
    return new TextPair(
        "the " + WORDS.get(n % 7) + " " + WORDS.get(n / 7 % 7) + " big".repeat(n % 5),
        "a " + WORDS.get(n / 49 % 7) + " house".repeat(1 + n % 3));
  }

  /** Bits tell more than digits. */
  static String line(long number, float probability) {
    return number + " " + Integer.toHexString(Float.floatToRawIntBits(probability));
  }

  /**
   * Starts it.
   *
   * @param after what each line passes on its way to the files
   * @param from a checkpoint to go on from; null to begin
   */
  JobClient start(MapFunction<String, String> after, int parallelism, @Nullable Path from)
      throws Exception {
    Configuration config = new Configuration();
    config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(50));
    config.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    config.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
    config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
    if (from != null) {
      config.set(StateRecoveryOptions.SAVEPOINT_PATH, from.toUri().toString());
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(config).setParallelism(parallelism);
    DataGeneratorSource<Long> numbers =
        new DataGeneratorSource<>(
            number -> number,
            PAIRS,
            RateLimiterStrategy.perCheckpoint(EACH_CHECKPOINT),
            Types.LONG);
    AskFunction.classify(
            source,
            PairJob::pair,
            (Long number, io.ganglion.api.Classification answer) ->
                line(number, answer.probability()),
            Types.STRING)
        .unordered(
            env.fromSource(numbers, WatermarkStrategy.noWatermarks(), "numbers").uid("numbers"))
        .uid("ask")
        .map(after)
        .uid("after")
        .sinkTo(
            FileSink.forRowFormat(
                    new org.apache.flink.core.fs.Path(output.toUri()),
                    new SimpleStringEncoder<String>())
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .build())
        .uid("files");
    return env.executeAsync("pairs");
  }

  /** The lines of the files that are committed, sorted. */
  List<String> lines() throws IOException {
    try (Stream<Path> files = Files.walk(output)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("part-"))
          .filter(Files::isRegularFile)
          .flatMap(
              file -> {
                try {
                  return Files.readAllLines(file).stream();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .sorted()
          .toList();
    }
  }

  /** The newest checkpoint that is complete. */
  Path newestCheckpoint() throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints)) {
      return files
          .filter(file -> file.getFileName().toString().equals("_metadata"))
          .map(Path::getParent)
          .max(java.util.Comparator.comparingInt(PairJob::number))
          .orElseThrow();
    }
  }

  private static int number(Path checkpoint) {
    return Integer.parseInt(checkpoint.getFileName().toString().substring("chk-".length()));
  }
}
