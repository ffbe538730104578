package io.ganglion.server;

import io.ganglion.cli.ByteSize;
import io.ganglion.cli.UsageException;
import io.ganglion.engine.batch.AdmissionLimits;
import io.ganglion.engine.model.BackendChoice;
import io.ganglion.engine.model.ModelOptions;
import io.ganglion.runtime.core.CoreOptions;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Option;

/** The flags for cores, batches and the queue. */
final class ModelFlags {
  /** More cores or threads than any machine has. */
  private static final int MOST_CORES = 1_024;

  /**
   * Far more than the batch size at which cores stop getting faster. The trial at start still takes
   * only seconds.
   */
  private static final int MOST_BATCH = 4_096;

  /** BERT's positions end at 512. */
  private static final int MOST_BATCH_TOKENS = MOST_BATCH * 512;

  @Option(
      names = "--backend",
      defaultValue = "auto",
      paramLabel = "KIND",
      completionCandidates = CoreFlags.Backends.class,
      converter = CoreFlags.Backends.class,
      description =
          "Kind of core, ${COMPLETION-CANDIDATES}: auto takes the first of the others that can run"
              + " the artifact on this machine.")
  private BackendChoice backend;

  @Option(
      names = "--parallel",
      defaultValue = "0",
      paramLabel = "N",
      description = "NeuronCores to run; 0: as many as the machine has (processors, for the CPU).")
  private int parallel;

  @Option(
      names = "--thread",
      defaultValue = "1",
      paramLabel = "N",
      description = "Threads of one CPU core, or batches in flight on one hardware core.")
  private int threads;

  @Option(
      names = "--batch",
      defaultValue = "0",
      paramLabel = "N",
      description = "Most requests in a batch; 0: the artifact's batch size.")
  private int batch;

  @Option(
      names = "--max-batch-tokens",
      defaultValue = "0",
      paramLabel = "N",
      description = "Most tokens in a batch; 0: a full batch of longest requests.")
  private int batchTokens;

  @Option(
      names = "--max-delay",
      defaultValue = "0s",
      paramLabel = "TIME",
      description = "How long a free core waits for a fuller batch, such as 500us or 2ms.")
  private Duration maxDelay;

  @Option(
      names = "--age-bound",
      defaultValue = "1s",
      paramLabel = "TIME",
      description =
          "A request that waits this long goes before younger ones with earlier deadlines.")
  private Duration ageBound;

  @Option(
      names = "--max-queue",
      defaultValue = "1024",
      paramLabel = "N",
      description = "Most requests that wait for a core.")
  private int maxQueue;

  @Option(
      names = "--max-queue-time",
      defaultValue = "30s",
      paramLabel = "TIME",
      description = "Longest predicted wait of an admitted request.")
  private Duration maxQueueTime;

  @Option(
      names = "--cache-size",
      defaultValue = "0",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description =
          "Memory for answers that are kept for equal requests, such as 256MB; 0: none. Equal"
              + " requests in flight are then computed once.")
  private ByteSize cacheSize;

  @Option(
      names = "--core-timeout",
      defaultValue = "30s",
      paramLabel = "TIME",
      description = "Longest run of a batch; then it fails, and its core is opened again.")
  private Duration coreTimeout;

  void check() {
    String why = "each core has a thread and memory of its own";
    FlagChecks.between(0, MOST_CORES, "--parallel", parallel, why);
    FlagChecks.between(1, MOST_CORES, "--thread", threads, "no machine has more processors");
    FlagChecks.between(
        0, MOST_BATCH, "--batch", batch, "each core runs full batches before the server is ready");
    FlagChecks.between(
        0,
        MOST_BATCH_TOKENS,
        "--max-batch-tokens",
        batchTokens,
        "that is the largest batch of the longest requests");
    FlagChecks.count(1, "--max-queue", maxQueue);
    if (cacheSize.bytes() > Runtime.getRuntime().maxMemory() / 2) {
      throw new UsageException(
          "--cache-size must be at most half of the heap, which has %d MB; give it more by"
                  .formatted(Runtime.getRuntime().maxMemory() >> 20)
              + " GANGLION_JAVA_OPTS=-Xmx.");
    }
    FlagChecks.timeOrZero("--max-delay", maxDelay);
    FlagChecks.time("--age-bound", ageBound);
    FlagChecks.time("--max-queue-time", maxQueueTime);
    FlagChecks.time("--core-timeout", coreTimeout);
  }

  /** Most requests that wait for a core. */
  int maxQueue() {
    return maxQueue;
  }

  /**
   * @param coreOptions the options of kinds of cores, by name
   */
  ModelOptions options(Map<String, String> coreOptions) {
    return new ModelOptions(
        backend,
        new CoreOptions(parallel, threads, batch, coreOptions),
        batchTokens,
        maxDelay.toNanos(),
        ageBound.toNanos(),
        new AdmissionLimits(maxQueue, maxQueueTime.toNanos()),
        ModelOptions.coreLimits(coreTimeout.toNanos()),
        cacheSize.bytes());
  }
}
