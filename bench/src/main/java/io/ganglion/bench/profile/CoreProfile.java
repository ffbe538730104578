package io.ganglion.bench.profile;

import io.ganglion.bench.model.ChildJvm;
import io.ganglion.bench.model.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of one core on one thread goes.
 *
 * @param milliseconds of a pass over all pairs, measured in silence
 * @param kernels of that, what oneDNN's calls took in a second, verbose pass
 */
public record CoreProfile(double milliseconds, Map<Part, Double> kernels) {
  /** Profiles an artifact's core; without {@code data} on the project's own pairs. */
  public static CoreProfile of(Path artifact, int batchSize, @Nullable Path data)
      throws ModelException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.add(artifact.toString());
    arguments.add(Integer.toString(batchSize));
    if (data != null) {
      arguments.add(data.toAbsolutePath().toString());
    }
    Map<Part, Double> kernels = new EnumMap<>(Part.class);
    double pass = 0;
    String last = "";
    try {
      Process process =
          ChildJvm.of(ProfiledRun.class.getName(), arguments).redirectErrorStream(true).start();
      try (var lines = process.inputReader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith(ProfiledRun.PASS)) {
            pass = Double.parseDouble(line.substring(ProfiledRun.PASS.length()));
          }
          Part.parse(line)
              .ifPresent(call -> kernels.merge(call.part(), call.milliseconds(), Double::sum));
          last = line;
        }
      }
      if (process.waitFor() != 0 || kernels.isEmpty()) {
        throw new ModelException("The profile of " + artifact + " failed: " + last);
      }
    } catch (IOException e) {
      throw new ModelException("The profile could not be run: " + e.getMessage(), e);
    }
    return new CoreProfile(pass, kernels);
  }

  /** Share of the time that is not in any oneDNN call. */
  public double outside() {
    double inside = kernels.values().stream().mapToDouble(Double::doubleValue).sum();
    return Math.max(0, 1 - inside / milliseconds);
  }

  /** A table for people. */
  public String text(String title) {
    StringBuilder text = new StringBuilder();
    line(text, "%s: %.1f ms a pass, one core, one thread", title, milliseconds);
    kernels.forEach(
        (part, time) ->
            line(text, "  %-38s %9.1f ms %5.1f%%", part, time, 100 * time / milliseconds));
    line(
        text,
        "  %-38s %9.1f ms %5.1f%%",
        "outside oneDNN (embedding, host, calls)",
        outside() * milliseconds,
        100 * outside());
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
