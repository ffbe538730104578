package io.ganglion.compiler.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.model.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BertConfigTest {
  @TempDir private Path directory;

  @Test
  void whatIsWrittenIsRead() throws Exception {
    BertConfig config =
        new BertConfig(30522, 1024, 24, 16, 4096, 512, 2, Activation.GELU_TANH, 0.1, 0.2, 0.02);

    assertThat(BertConfig.read(write(config.toJson()))).isEqualTo(config);
  }

  @ParameterizedTest
  @CsvSource({"gelu, GELU_ERF", "gelu_new, GELU_TANH", "gelu_pytorch_tanh, GELU_TANH"})
  void theNameOfTheGeluSaysItsForm(String name, Activation form) throws Exception {
    String json = BertConfig.ofSizes(10, 8, 1, 2, 16).toJson().replace("\"gelu\"", quoted(name));
    BertConfig config = BertConfig.read(write(json));

    assertThat(config.activation()).isEqualTo(form);
    assertThat(BertConfig.read(write(config.toJson()))).isEqualTo(config);
  }

  private static String quoted(String name) {
    return "\"" + name + "\"";
  }

  @Test
  void whatIsMissingOrWrongIsNamed() throws Exception {
    String good = BertConfig.ofSizes(10, 8, 1, 2, 16).toJson();
    refuses(good.replace("\"vocab_size\"", "\"x\""), "vocab_size is missing");
    refuses(good.replace("\"gelu\"", "\"relu\""), "hidden_act is relu");
    refuses(good.replace("\"hidden_size\" : 8", "\"hidden_size\" : 9"), "not a multiple");
    refuses(good.replace("\"hidden_size\" : 8", "\"hidden_size\" : \"8\""), "not an integer");
    refuses(good.replace("0.1", "1.5"), "must be in [0, 1)");
    refuses("{", "is not JSON");
  }

  private void refuses(String json, String message) throws IOException {
    Path file = write(json);
    assertThatThrownBy(() -> BertConfig.read(file))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(file.toString());
  }

  private Path write(String json) throws IOException {
    return Files.writeString(directory.resolve("bert_config.json"), json);
  }
}
