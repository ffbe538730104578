package io.ganglion.core.nrt;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.artifact.TestArtifacts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fake must detect misuse. Otherwise the tests over it would prove little. */
class FakeNrtMisuseTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "use-after-free, nrt_tensor_write after free",
    "double-free, nrt_tensor_free after free",
    "wrong-size, nrt_tensor_write of bytes 8 to 24 of a tensor of 16",
    "double-close, nrt_close twice",
    "double-unload, nrt_unload after free",
    "close-with-model, nrt_close with 1 models",
    "concurrent-loads, two loads at the same time",
    "missing-tensor, nrt_execute without the tensor embeddings"
  })
  void misuseAborts(String misuse, String complaint) throws Exception {
    String program = FakeNrt.misuse().toString();
    Path model =
        TestArtifacts.tiny()
            .moreFiles(FakeProgram.of(NeuronType.FP32, 1, 8))
            .write(directory.resolve("model"));
    Process process =
        new ProcessBuilder(
                program,
                FakeNrt.library().toString(),
                model.resolve("neuron/encoder-8.neff").toString(),
                misuse)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(128 + 6); // SIGABRT
    assertThat(output).contains("fake libnrt: misuse: " + complaint);
  }
}
