package io.ganglion.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.flink.GanglionOptions.OnError;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.types.DataType;
import org.junit.jupiter.api.Test;

/** Tests what the options and columns of a model may be, and what is said of others. */
class ModelSettingsTest {
  private static Map<String, String> options(String... keysAndValues) {
    Map<String, String> options = new HashMap<>(Map.of("provider", "ganglion"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return options;
  }

  private static void refused(String sentence, String... keysAndValues) {
    assertThatThrownBy(() -> ModelSettings.of(options(keysAndValues)))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining(sentence);
  }

  private static ResolvedSchema columns(Object... namesAndTypes) {
    return ResolvedSchema.of(
        java.util.stream.IntStream.range(0, namesAndTypes.length / 2)
            .mapToObj(
                i ->
                    (Column)
                        Column.physical(
                            (String) namesAndTypes[2 * i], (DataType) namesAndTypes[2 * i + 1]))
            .toList());
  }

  private static ModelSettings settings(String task, String... more) {
    Map<String, String> options = options(more);
    options.putAll(Map.of("task", task, "artifact", "/m"));
    return ModelSettings.of(options);
  }

  @Test
  void serversHaveTheClientsSettings() {
    ModelSettings settings =
        ModelSettings.of(
            options(
                "task", "classify",
                "endpoint", "a:1, b:2",
                "deadline", "2 s",
                "max-attempts", "3",
                "tls", "true",
                "tls.trust", "/ca.pem",
                "token-file", "/token",
                "on-error", "null"));
    assertThat(settings.onError()).isEqualTo(OnError.NULL);
    assertThat(settings.source())
        .isEqualTo(
            ModelSource.servers("a:1", "b:2")
                .deadline(Duration.ofSeconds(2))
                .maxAttempts(3)
                .tls(new ModelSource.Tls(true, "/ca.pem", null, null))
                .tokenFile("/token"));
  }

  @Test
  void anUnknownKeyIsToldWithTheNearestOne() {
    refused("no option 'endpoit': did you mean 'endpoint'?", "task", "classify", "endpoit", "a:1");
    refused("there are 'task', 'endpoint', 'artifact'", "colour", "red");
  }

  @Test
  void aModelRunsInOnePlace() {
    refused("exactly one of 'endpoint'", "task", "classify");
    refused("exactly one of", "task", "classify", "endpoint", "a:1", "artifact", "/m");
    refused("'deadline' is for servers", "task", "classify", "artifact", "/m", "deadline", "1 s");
  }

  @Test
  void wrongValuesAreToldInOneSentence() {
    refused("'task' must be one of 'classify', 'score', 'embed'.", "artifact", "/m");
    refused("not 'rerank'.", "artifact", "/m", "task", "rerank");
    refused("'deadline' cannot be read", "task", "classify", "endpoint", "a:1", "deadline", "soon");
    refused("port from 1 to 65535", "task", "classify", "endpoint", "a:99999");
    refused("at least one attempt", "task", "embed", "endpoint", "a:1", "max-attempts", "0");
    refused(
        "needs its key", "task", "embed", "endpoint", "a", "tls", "true", "tls.certificate", "c");
    refused("TLS is not enabled", "task", "embed", "endpoint", "a", "tls.trust", "c");
    refused("'dimensions' is for", "task", "classify", "artifact", "/m", "dimensions", "8");
  }

  @Test
  void columnsMustSuitTheTask() {
    ResolvedSchema one = columns("t", DataTypes.STRING());
    ResolvedSchema two = columns("a", DataTypes.STRING(), "b", DataTypes.VARCHAR(20));
    ResolvedSchema label = columns("label", DataTypes.STRING());
    assertThat(ModelColumns.of(two, label, settings("classify")).texts()).isEqualTo(2);
    List<Object[]> wrong =
        List.of(
            new Object[] {"takes two STRING columns, and INPUT has 1", one, label, "score"},
            new Object[] {"takes one STRING column, and INPUT has 2", two, label, "embed"},
            new Object[] {"'n' of INPUT is INT", columns("n", DataTypes.INT()), label, "classify"},
            new Object[] {
              "no column 'embedding': OUTPUT may have label, probability, scores, error",
              one,
              columns("embedding", DataTypes.ARRAY(DataTypes.FLOAT())),
              "classify"
            },
            new Object[] {
              "'embedding' of OUTPUT is ARRAY<INT> and must be ARRAY<FLOAT> or ARRAY<DOUBLE>",
              one,
              columns("embedding", DataTypes.ARRAY(DataTypes.INT())),
              "embed"
            },
            new Object[] {
              "'label' of OUTPUT must not be NOT NULL",
              one,
              columns("label", DataTypes.STRING().notNull()),
              "classify"
            },
            new Object[] {
              "'error' of OUTPUT stays empty", one, columns("error", DataTypes.STRING()), "classify"
            });
    for (Object[] row : wrong) {
      assertThatThrownBy(
              () ->
                  ModelColumns.of(
                      (ResolvedSchema) row[1], (ResolvedSchema) row[2], settings((String) row[3])))
          .isInstanceOf(ValidationException.class)
          .hasMessageContaining((String) row[0]);
    }
  }
}
