package io.ganglion.loadgen;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Keeps every latency of a run, 8 bytes each, for a file in the format of AWS's bert_demo. Any
 * thread.
 */
final class LatencyLog {
  private long[] latenciesNs = new long[1 << 14];
  private int size;

  synchronized void add(long latencyNs) {
    if (size == latenciesNs.length) {
      latenciesNs = Arrays.copyOf(latenciesNs, 2 * size);
    }
    latenciesNs[size++] = latencyNs;
  }

  /** Appends the latencies in seconds, one a line, like the bert_demo's client. */
  synchronized void appendTo(Path file) throws IOException {
    try (BufferedWriter out =
        Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int i = 0; i < size; i++) {
        out.write(Double.toString(latenciesNs[i] / 1e9));
        out.write('\n');
      }
    }
  }
}
