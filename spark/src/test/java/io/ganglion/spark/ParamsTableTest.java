package io.ganglion.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.junit.jupiter.api.Test;

/** The page's table of params is what the transformer has. */
class ParamsTableTest {
  @Test
  void thePageListsEachParamWithItsUsualValue() throws Exception {
    GanglionTransformer transformer = new GanglionTransformer();
    List<String> rows = new ArrayList<>();
    for (Param<?> param : transformer.params()) {
      Object usual = transformer.getOrDefault(param);
      rows.add("| `%s` | %s | %s |".formatted(param.name(), cell(usual), param.doc()));
    }
    assertThat(rows).hasSize(19);
    assertThat(Files.readAllLines(Path.of("../docs/spark.md"))).containsAll(rows);
  }

  private static String cell(Object usual) {
    return usual.equals("") ? "none" : "`" + usual + "`";
  }
}
