package io.ganglion.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The chart, rendered by Helm itself as a library. */
final class Chart {
  static final Path FOLDER = Path.of("helm", "ganglion").toAbsolutePath();

  /** The first with volumes made from images. */
  private static final String KUBERNETES = "1.33.0";

  private Chart() {}

  /**
   * What Helm would send to a cluster.
   *
   * @throws IllegalStateException with Helm's words, if it refuses the values
   */
  static Manifests render(JsonNode values, Path scratch) throws IOException {
    Path file = Files.createTempFile(scratch, "values", ".yaml");
    Yaml.MAPPER.writeValue(file.toFile(), values);
    return Manifests.read(text("demo", file));
  }

  /** The same as text, with the values of a file, for a release of that name. */
  static String text(String release, Path values) {
    return new Helm(FOLDER)
        .template()
        .withName(release)
        .withNamespace("search")
        .withKubeVersion(KUBERNETES)
        .withValuesFile(values.toAbsolutePath())
        .call();
  }

  static List<String> lint() {
    return new Helm(FOLDER).lint().strict().call().getMessages();
  }
}
