package io.ganglion.compiler.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalDataTest {
  @TempDir Path temp;

  /** Eight bytes beside the model, which reads some of them. */
  private OnnxModel read(String location, long offset, long length) throws Exception {
    Path folder = Files.createDirectories(temp.resolve("model"));
    Files.write(folder.resolve("weights.bin"), new byte[] {0, 0, 0, 0, 0, 0, -128, 63});
    OnnxWriter writer = new OnnxWriter(14);
    writer.input("x", OnnxType.FLOAT, 1);
    writer.output("y", 1);
    ByteString weights = writer.external("w", location, offset, length, 1);
    writer.constant(weights);
    writer.node("", "Add", List.of("x", "w"), List.of("y"));
    return OnnxReader.read(writer.write(folder.resolve("model.onnx")));
  }

  @Test
  void weightsAreReadFromTheirPlaceInTheOtherFile() throws Exception {
    OnnxModel model = read("weights.bin", 4, 4);
    assertThat(model.graph().constants().get("w").real(0)).isEqualTo(1);
    assertThat(model.external()).hasSize(1);
  }

  @Test
  void aFileOutsideOfTheFolderIsNeverOpened() throws IOException {
    Files.write(temp.resolve("secret"), new byte[8]);
    for (String location :
        List.of(
            "../secret", temp.resolve("secret").toString(), "a/../../secret", "", "/dev/zero")) {
      assertThatThrownBy(() -> read(location, 0, 4))
          .as(location)
          .isInstanceOf(CompileException.class)
          .hasMessageContaining("is not a file in the model's folder");
    }
  }

  @Test
  void aLinkThatLeavesTheFolderIsNotFollowed() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("model"));
    Path secret = Files.write(temp.resolve("secret"), new byte[8]);
    Files.createSymbolicLink(folder.resolve("link.bin"), secret);
    assertThatThrownBy(() -> read("link.bin", 0, 4))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("is not a file in the model's folder");
  }

  @Test
  void aMissingFileAndAPlaceBeyondItsEndAreNamed() {
    assertThatThrownBy(() -> read("none.bin", 0, 4)).hasMessageContaining("which is not there");
    assertThatThrownBy(() -> read("weights.bin", 6, 4)).hasMessageContaining("it is cut off");
    assertThatThrownBy(() -> read("weights.bin", Long.MAX_VALUE, 4))
        .hasMessageContaining("it is cut off");
    assertThatThrownBy(() -> read("weights.bin", -1, 4)).hasMessageContaining("the offset \"-1\"");
    assertThatThrownBy(() -> read("weights.bin", 0, 8)).hasMessageContaining("8 bytes");
  }
}
