package io.ganglion.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link SoakClient} and what it last told. */
final class SoakClientProcess {
  /** What a client has sent, and what came back. */
  record Counts(long sent, long right, long wrong, long failed) {
    static final Counts NONE = new Counts(0, 0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(
          sent + other.sent, right + other.right, wrong + other.wrong, failed + other.failed);
    }
  }

  private final Process process;
  private final Thread reader = new Thread(this::read);
  private volatile Counts counts = Counts.NONE;

  SoakClientProcess(int port, Path pool, double rate) throws IOException {
    process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1", // it soon dies, and shares the processor
                    "-Xmx128m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    SoakClient.class.getName(),
                    "" + port,
                    pool.toString(),
                    "" + rate))
            .redirectErrorStream(true)
            .start();
    reader.start();
  }

  private void read() {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        List<String> words = List.of(line.split(" ", -1));
        if (words.size() == 5 && words.get(0).equals("counts")) {
          counts =
              new Counts(
                  Long.parseLong(words.get(1)),
                  Long.parseLong(words.get(2)),
                  Long.parseLong(words.get(3)),
                  Long.parseLong(words.get(4)));
        } else {
          System.out.println(line);
        }
      }
    } catch (IOException | NumberFormatException e) {
      // It was killed while it wrote.
    }
  }

  Counts counts() {
    return counts;
  }

  /** Kills it, and returns what it had told. */
  Counts kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    reader.join();
    return counts;
  }

  /** Has it ask no more, and returns the counts when all are answered. */
  Counts finish() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      kill();
      throw new AssertionError("a client waits for answers that do not come: " + counts);
    }
    reader.join();
    return counts;
  }
}
