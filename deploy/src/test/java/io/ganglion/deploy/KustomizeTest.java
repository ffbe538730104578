package io.ganglion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests for those without Helm are what the chart renders, without Helm's labels. */
class KustomizeTest {
  private static final Path FOLDER = Path.of("kustomize");
  private static final Path MANIFESTS = FOLDER.resolve("base").resolve("ganglion.yaml");
  private static final String HEADER =
      """
      # Rendered from the chart with the values of values.yaml; a test compares. To render it again:
      #   mvn -pl deploy -am test -Dtest=KustomizeTest -Dsurefire.failIfNoSpecifiedTests=false -Dmanifests.write=true
      """;

  @Test
  void holdsWhatTheChartRenders() throws IOException {
    String rendered = HEADER + write(rendered());
    if (Boolean.getBoolean("manifests.write")) {
      Files.writeString(MANIFESTS, rendered);
    }

    assertThat(Files.readString(MANIFESTS)).isEqualTo(rendered);
  }

  @Test
  void holdsOnlyWhatTheApiKnows() throws IOException {
    Manifests manifests = Manifests.read(Files.readString(MANIFESTS));

    assertThat(manifests.others()).isEmpty();
    assertThat(manifests.resources()).hasSizeGreaterThan(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/amx"})
  void namesFilesThatAreThere(String folder) throws IOException {
    Path home = FOLDER.resolve(folder);
    JsonNode kustomization = Yaml.file(home.resolve("kustomization.yaml"));

    for (JsonNode resource : kustomization.withArray("resources")) {
      assertThat(home.resolve(resource.asText())).exists();
    }
    for (JsonNode patch : kustomization.withArray("patches")) {
      assertThat(home.resolve(patch.path("path").asText())).exists();
    }
  }

  private static List<JsonNode> rendered() throws IOException {
    List<JsonNode> documents =
        Yaml.documents(Chart.text("ganglion", FOLDER.resolve("values.yaml")));
    documents.forEach(KustomizeTest::withoutHelm);
    return documents.stream()
        .sorted(
            Comparator.comparing(d -> d.path("kind").asText() + d.at("/metadata/name").asText()))
        .toList();
  }

  /** Helm would take what bears its labels for its own. */
  private static void withoutHelm(JsonNode document) {
    if (document.at("/metadata/labels") instanceof ObjectNode labels) {
      labels.remove(List.of("helm.sh/chart", "app.kubernetes.io/managed-by"));
    }
  }

  private static String write(List<JsonNode> documents) throws IOException {
    YAMLFactory format =
        YAMLFactory.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
            .build();
    StringWriter text = new StringWriter();
    try (SequenceWriter writer = new ObjectMapper(format).writer().writeValues(text)) {
      writer.writeAll(documents);
    }
    return text + "\n";
  }
}
