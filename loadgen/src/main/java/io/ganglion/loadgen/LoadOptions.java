package io.ganglion.loadgen;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags for what to send and how fast. */
final class LoadOptions {
  @Option(
      names = {"-c", "--clients"},
      defaultValue = "96",
      paramLabel = "N",
      description = "Concurrent clients, a stream each.")
  int clients;

  @Option(
      names = {"-n", "--cycle"},
      paramLabel = "N",
      description = "Requests of each client. Default: 128, or no limit with --duration.")
  @Nullable Long cycle;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description =
          "How long to send, such as 30s or 2m, instead of --cycle. Default for --rate: 10s.")
  @Nullable Duration duration;

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      description =
          "Send this long before counting. Default: 0s; with --sweep-load 5s for the capacity and"
              + " 1s for each load.")
  @Nullable Duration warmUp;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      description = "Most unanswered requests of one client. Default: 1, or 1000 with --rate.")
  @Nullable Integer inFlight;

  @Option(
      names = "--rate",
      paramLabel = "PER-SECOND",
      description =
          "Open loop: send at this rate over all clients, regardless of the server; latency counts"
              + " from the intended time.")
  @Nullable Double rate;

  @Option(
      names = "--arrivals",
      defaultValue = "poisson",
      description = "poisson or constant, for --rate.")
  Schedule.Arrivals arrivals;

  @Option(
      names = "--find-peak",
      description = "Search the highest rate that keeps --slo, with runs of --duration each.")
  boolean findPeak;

  @Option(
      names = "--sweep-load",
      description =
          "Measure the capacity in a closed loop, then the share of requests that are answered"
              + " within the limit of --slo at 10 to 150 %% of it, in open loops. Takes about two"
              + " minutes; --duration sets how long each lasts.")
  boolean sweepLoad;

  @Option(
      names = "--slo",
      split = ",",
      paramLabel = "pN=TIME",
      description =
          "Latency objectives for --find-peak, one for --sweep-load. Default: p99=200ms, with"
              + " --sweep-load p99=130ms.")
  @Nullable List<String> slo;

  @Option(
      names = "--cancel-fraction",
      defaultValue = "0",
      description = "Share of the requests to cancel within 20 ms, 0 to 1.")
  double cancelFraction;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of pairs and arrivals.")
  long seed;

  @Option(
      names = "--task",
      defaultValue = "classify",
      paramLabel = "TASK",
      description =
          "What the model is asked: ${COMPLETION-CANDIDATES}. All but classify need --data, and are"
              + " sent as calls.")
  Task task;

  @Option(
      names = {"-d", "--data"},
      paramLabel = "TSV",
      description =
          "What to send: GLUE-style pairs (default: bundled ones); for rerank query, document and"
              + " relevance; for embed a text, or two and their score; for tag text and entities"
              + " (PER:0-4,LOC:15-21, or -).")
  @Nullable Path data;

  @Option(
      names = "--sweep",
      description = "Send the pairs in their order, each in turn, instead of at random.")
  boolean sweep;

  @Option(
      names = "--pair",
      arity = "2",
      paramLabel = "TEXT",
      description =
          "Ask about this pair, --cycle times (default 1), and print each answer: label,"
              + " probabilities, latency. May be repeated.")
  @Nullable List<String> pair;
}
