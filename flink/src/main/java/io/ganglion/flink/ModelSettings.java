package io.ganglion.flink;

import io.ganglion.client.GanglionClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ValidationException;
import org.jspecify.annotations.Nullable;

/**
 * What the options of a model say, checked when a query is planned.
 *
 * @param source where the model runs
 * @param task what it is asked
 * @param onError what a text does that it refuses
 * @param dimensions of vectors; 0 for all
 */
record ModelSettings(
    ModelSource source, Task task, GanglionOptions.OnError onError, int dimensions) {
  /** What Flink itself reads from a model's options. */
  private static final List<String> OF_FLINK = List.of("provider", "property-version");

  /**
   * Reads the options.
   *
   * @throws ValidationException whose message is one sentence, if they are wrong
   */
  static ModelSettings of(Map<String, String> options) {
    requireKnown(options);
    Configuration values = Configuration.fromMap(options);
    Task task = task(value(values, GanglionOptions.TASK));
    Integer dimensions = value(values, GanglionOptions.DIMENSIONS);
    if (dimensions < 0) {
      throw new ValidationException("'dimensions' must not be negative: " + dimensions + ".");
    }
    if (dimensions > 0 && task != Task.EMBED) {
      throw new ValidationException("'dimensions' is for the task 'embed' alone.");
    }
    return new ModelSettings(
        source(values), task, value(values, GanglionOptions.ON_ERROR), dimensions);
  }

  private static void requireKnown(Map<String, String> options) {
    List<String> known = new ArrayList<>(OF_FLINK);
    known.add(GanglionOptions.TASK.key());
    GanglionOptions.OPTIONAL.forEach(option -> known.add(option.key()));
    for (String key : options.keySet().stream().sorted().toList()) {
      if (!known.contains(key)) {
        throw new ValidationException(
            "the provider 'ganglion' has no option '%s': %s."
                .formatted(
                    key,
                    nearest(key, known)
                        .map(near -> "did you mean '" + near + "'?")
                        .orElse("there are " + quoted(known.stream().skip(OF_FLINK.size())))));
      }
    }
  }

  /** The known word with the fewest wrong letters, if at most a third are wrong. */
  private static Optional<String> nearest(String word, List<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return known.stream()
        .min(Comparator.comparing(candidate -> distance.apply(word, candidate)))
        .filter(best -> 3 * distance.apply(word, best) <= Math.max(word.length(), best.length()));
  }

  private static String quoted(Stream<String> words) {
    return words.map(word -> "'" + word + "'").collect(Collectors.joining(", "));
  }

  private static Task task(@Nullable String word) {
    return Arrays.stream(Task.values())
        .filter(task -> task.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new ValidationException(
                    "'task' must be one of %s%s."
                        .formatted(
                            quoted(Arrays.stream(Task.values()).map(Task::word)),
                            word == null ? "" : ", not '" + word + "'")));
  }

  private static ModelSource source(Configuration values) {
    String endpoint = value(values, GanglionOptions.ENDPOINT);
    String artifact = value(values, GanglionOptions.ARTIFACT);
    if (endpoint != null && artifact == null) {
      return remote(values, endpoint);
    }
    if (artifact == null || endpoint != null) {
      throw new ValidationException(
          "exactly one of 'endpoint' (servers) and 'artifact' (in process) must be given.");
    }
    for (ConfigOption<?> option : GanglionOptions.OF_SERVERS) {
      if (values.contains(option)) {
        throw new ValidationException(
            "'%s' is for servers ('endpoint'), and 'artifact' runs in process."
                .formatted(option.key()));
      }
    }
    return correct(() -> ModelSource.inProcess(artifact));
  }

  private static ModelSource remote(Configuration values, String endpoint) {
    List<String> servers = Arrays.stream(endpoint.split(",", -1)).map(String::strip).toList();
    return correct(
        () -> {
          // The client checks addresses; it would connect with its first request only.
          GanglionClient.builder().target(servers.toArray(String[]::new)).build().closeNow();
          return new ModelSource.Remote(
              servers,
              value(values, GanglionOptions.DEADLINE),
              value(values, GanglionOptions.MAX_ATTEMPTS),
              value(values, GanglionOptions.CONNECTIONS),
              new ModelSource.Tls(
                  value(values, GanglionOptions.TLS),
                  value(values, GanglionOptions.TLS_TRUST),
                  value(values, GanglionOptions.TLS_CERTIFICATE),
                  value(values, GanglionOptions.TLS_KEY)),
              value(values, GanglionOptions.TOKEN_FILE));
        });
  }

  private interface Making {
    ModelSource make();
  }

  private static ModelSource correct(Making making) {
    try {
      return making.make();
    } catch (IllegalArgumentException e) {
      throw new ValidationException(e.getMessage() + ".", e);
    }
  }

  private static <T> T value(Configuration values, ConfigOption<T> option) {
    try {
      return values.get(option);
    } catch (IllegalArgumentException e) {
      throw new ValidationException(
          "'%s' cannot be read: %s.".formatted(option.key(), e.getMessage()), e);
    }
  }
}
