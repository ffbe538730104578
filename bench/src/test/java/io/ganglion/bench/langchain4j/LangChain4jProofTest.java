package io.ganglion.bench.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.bench.model.ChildJvm;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prints what it measures. Wants the machine for itself. */
@Tag("proof")
class LangChain4jProofTest {
  @TempDir private Path folder;

  @Test
  void aHundredDocumentsAreRankedFourTimesAsFastAsByLangChain4jsOwnModel() throws Exception {
    assertThat(ratio("rerank")).isGreaterThanOrEqualTo(4);
  }

  @Test
  void aThousandTextsAreEmbeddedThreeTimesAsFastAsByLangChain4jsOwnModel() throws Exception {
    assertThat(ratio("embed")).isGreaterThanOrEqualTo(3);
  }

  private double ratio(String what) throws Exception {
    Process process =
        ChildJvm.start(AdapterComparison.class.getName(), List.of(what, folder.toString()));
    double ratio = Double.NaN;
    try (var lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(line);
        if (line.startsWith(AdapterComparison.RATIO)) {
          ratio = Double.parseDouble(line.substring(AdapterComparison.RATIO.length()));
        }
      }
    }
    assertThat(process.waitFor()).isZero();
    return ratio;
  }
}
