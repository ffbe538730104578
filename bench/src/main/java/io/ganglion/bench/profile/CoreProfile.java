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
 * Shows where the time of one core on one thread goes.
 *
 * @param milliseconds time of the fastest silent pass over all pairs
 * @param kernels time of oneDNN's calls in the fastest verbose pass
 */
public record CoreProfile(double milliseconds, Map<Part, Double> kernels) {
  /** Profiles an artifact's core. Without {@code data} it uses the built-in pairs. */
  public static CoreProfile of(Path artifact, int batchSize, @Nullable Path data)
      throws ModelException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.add(artifact.toString());
    arguments.add(Integer.toString(batchSize));
    if (data != null) {
      arguments.add(data.toAbsolutePath().toString());
    }
    try {
      Process process = ChildJvm.start(ProfiledRun.class.getName(), arguments);
      CoreProfile profile;
      try (var lines = process.inputReader()) {
        profile = read(lines.lines().toList());
      }
      if (process.waitFor() != 0 || profile.kernels.isEmpty()) {
        throw new ModelException("The profile of " + artifact + " did not run to its end.");
      }
      return profile;
    } catch (IOException e) {
      throw new ModelException("The profile could not be run: " + e.getMessage(), e);
    }
  }

  /** Reads the output of {@link ProfiledRun}. */
  static CoreProfile read(List<String> lines) {
    double silent = Double.POSITIVE_INFINITY;
    Map<Part, Double> fastest = new EnumMap<>(Part.class);
    Map<Part, Double> current = new EnumMap<>(Part.class);
    for (String line : lines) {
      Part.parse(line)
          .ifPresent(call -> current.merge(call.part(), call.milliseconds(), Double::sum));
      if (line.startsWith(ProfiledRun.PASS)) {
        if (current.isEmpty()) {
          silent = Math.min(silent, Double.parseDouble(line.substring(ProfiledRun.PASS.length())));
        } else if (fastest.isEmpty() || sum(current) < sum(fastest)) {
          fastest = new EnumMap<>(current);
        }
        current.clear();
      }
    }
    return new CoreProfile(silent, fastest);
  }

  private static double sum(Map<Part, Double> kernels) {
    return kernels.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** The share of the time outside oneDNN calls. */
  public double outside() {
    return Math.max(0, 1 - sum(kernels) / milliseconds);
  }

  /** A table for people. */
  public String text(String title) {
    StringBuilder text = new StringBuilder();
    line(text, "%s: %.1f ms a pass, one core, one thread", title, milliseconds);
    if (sum(kernels) > milliseconds) {
      line(text, "  the machine was busier while oneDNN reported: take the figures with care");
    }
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
