package io.ganglion.loadgen;

import io.ganglion.api.ModelInfo;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The circumstances of a report's figures, so that they can be understood a year later.
 *
 * @param at time at which the measurement began
 * @param command the command line without secrets
 * @param models the model of each server; empty if the protocol does not tell
 */
record Provenance(Instant at, List<String> command, Machine machine, List<ModelInfo> models) {
  private static final String SECRET_FLAG = "--token";

  Provenance {
    command = withoutSecrets(command);
    models = List.copyOf(models);
  }

  /** The facts by name, in the order of display. */
  void forEach(BiConsumer<String, String> fact) {
    facts().forEach(fact);
  }

  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("date", at.truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("command", "loadgen " + String.join(" ", command));
    facts.put("host", machine.host());
    facts.put("cpu", machine.cpu());
    facts.put("jdk", machine.jdk());
    if (!models.isEmpty()) {
      facts.put("model", distinct(Provenance::name));
      facts.put("digest", distinct(ModelInfo::digest));
      facts.put("precision", distinct(ModelInfo::precision));
      facts.put("backend", distinct(m -> m.backend() + ", " + m.cores() + " cores"));
    }
    return facts;
  }

  /**
   * Describes the models. Servers with the same model are one fact; different models are all
   * listed.
   */
  private String distinct(Function<ModelInfo, String> fact) {
    return models.stream().map(fact).distinct().collect(Collectors.joining(" | "));
  }

  private static String name(ModelInfo model) {
    return model.version().isEmpty() ? model.name() : model.name() + " version " + model.version();
  }

  private static List<String> withoutSecrets(List<String> command) {
    List<String> shown = new ArrayList<>(command);
    for (int i = 0; i < shown.size(); i++) {
      if (shown.get(i).startsWith(SECRET_FLAG + "=")) {
        shown.set(i, SECRET_FLAG + "=***");
      } else if (shown.get(i).equals(SECRET_FLAG) && i + 1 < shown.size()) {
        shown.set(i + 1, "***");
      } else if (shown.get(i).matches(".*\\s.*")) {
        shown.set(i, '"' + shown.get(i) + '"');
      }
    }
    return List.copyOf(shown);
  }
}
