package io.ganglion.compiler.savedmodel;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.model.Weight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the index of a checkpoint holds, its tensors are read or refused. */
class CheckpointFuzzTest {
  private static final Path PREFIX = checkpoint();
  private static final Path INDEX = PREFIX.resolveSibling("variables.index");

  private static Path checkpoint() {
    try {
      Path prefix = Files.createTempDirectory("checkpoint").resolve("variables");
      TestBundle bundle = new TestBundle();
      bundle.write("bert/kernel", List.of(2, 2), new float[] {1, 2, 3, 4});
      bundle.write("bert/kernel_2", List.of(2), new float[] {5, 6});
      bundle.objectGraph(Map.of("kernel", "bert/kernel"));
      bundle.save(prefix);
      return prefix;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<byte[]> indexes() throws IOException {
    return Stream.of(Files.readAllBytes(INDEX));
  }

  @MethodSource("indexes")
  @FuzzTest(maxDuration = "10m")
  void itIsReadOrRefused(byte[] bytes) throws IOException {
    Files.write(INDEX, bytes);
    TensorBundle bundle;
    try {
      bundle = TensorBundle.open(PREFIX);
      ObjectGraph.keys(bundle);
    } catch (CompileException e) {
      return; // refused
    }
    for (String key : bundle.keys()) {
      try {
        Weight weight = bundle.find(key);
        if (weight != null) {
          weight.read();
        }
      } catch (CompileException e) {
        // This one is refused.
      }
    }
  }
}
