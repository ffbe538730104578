package io.ganglion.compiler.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ganglion.compiler.CompileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacementTest {
  private static final BertConfig MODEL = BertConfig.ofSizes(15, 8, 2, 2, 16);
  private static final Path CHECKPOINT = Path.of("bert_model.ckpt");
  private static final Path CONFIG = Path.of("bert_config.json");

  @Test
  void allOfTheEncoderIsPlacedAndTheClassifierBegins() throws Exception {
    Map<String, List<Integer>> shapes = encoder();
    shapes.put("cls/predictions/output_bias", List.of(15));
    shapes.put("bert/pooler/dense/kernel/adam_m", List.of(8, 8));

    Placement placement = Placement.of(shapes, MODEL, CHECKPOINT, CONFIG);

    assertThat(placement.placed()).hasSize(5 + 2 * 16 + 2);
    assertThat(placement.fresh())
        .extracting(Parameter::name)
        .containsExactly("output_weights", "output_bias");
    assertThat(placement.ignored())
        .containsExactly("bert/pooler/dense/kernel/adam_m", "cls/predictions/output_bias");
    assertThat(placement.describe())
        .contains("39 tensors placed", "new: output_weights, output_bias")
        .contains("1 running means of Adam", "cls/predictions/output_bias");
  }

  @Test
  void anEncoderWithoutAPoolerGetsANewOne() throws Exception {
    Map<String, List<Integer>> shapes = encoder();
    shapes.keySet().removeIf(name -> name.startsWith("bert/pooler/"));

    assertThat(Placement.of(shapes, MODEL, CHECKPOINT, CONFIG).fresh())
        .extracting(Parameter::name)
        .containsExactly(
            "bert/pooler/dense/kernel", "bert/pooler/dense/bias", "output_weights", "output_bias");
  }

  @Test
  void halfAPoolerIsNoPooler() {
    Map<String, List<Integer>> shapes = encoder();
    shapes.remove("bert/pooler/dense/kernel");

    assertThatThrownBy(() -> Placement.of(shapes, MODEL, CHECKPOINT, CONFIG))
        .hasMessageContaining("bert/pooler/dense/kernel [8, 8] is missing");
  }

  @Test
  void whatDoesNotFitIsNamedWithItsShapes() {
    Map<String, List<Integer>> shapes = encoder();
    shapes.put("bert/embeddings/word_embeddings", List.of(14, 8));
    shapes.remove("bert/encoder/layer_1/output/dense/bias");

    assertThatThrownBy(() -> Placement.of(shapes, MODEL, CHECKPOINT, CONFIG))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("bert_model.ckpt does not fit bert_config.json")
        .hasMessageContaining("bert/embeddings/word_embeddings is [14, 8] and should be [15, 8]")
        .hasMessageContaining("bert/encoder/layer_1/output/dense/bias [8] is missing");
  }

  @Test
  void aCheckpointWithMoreLayersIsRefused() {
    Map<String, List<Integer>> shapes = encoder();
    shapes.put("bert/encoder/layer_2/output/dense/bias", List.of(8));

    assertThatThrownBy(() -> Placement.of(shapes, MODEL, CHECKPOINT, CONFIG))
        .hasMessageContaining("the checkpoint has a layer_2, the configuration has 2 layers");
  }

  @Test
  void everyTensorOfATrainedCheckpointIsPlacedOrNamed() throws Exception {
    Path directory =
        Path.of(System.getProperty("ganglion.shared.data", ""), "checkpoints", "keras_bert_tiny");
    assumeThat(Files.isDirectory(directory))
        .as("there is a trained checkpoint at %s", directory)
        .isTrue();
    BertConfig config = BertConfig.read(directory.resolve("bert_config.json"));
    CheckpointReader reader = CheckpointReader.open(directory.resolve("bert_model.ckpt"));

    Placement placement = Placement.of(reader.shapes(), config, CHECKPOINT, CONFIG);

    assertThat(placement.placed()).hasSize(39);
    assertThat(placement.ignored())
        .hasSize(reader.shapes().size() - 39)
        .allMatch(name -> name.matches("cls/.*|.*/adam_[mv]|global_step"));
    assertThat(placement.ignored()).contains("global_step", "cls/predictions/output_bias");
    Map<String, float[]> values = placement.values(reader, config, 5);
    assertThat(values.get("bert/embeddings/word_embeddings")).hasSize(15 * 4);
    assertThat(values.get("bert/embeddings/LayerNorm/gamma"))
        .as("trained, so not as it began")
        .isNotEqualTo(new float[] {1, 1, 1, 1});
    assertThat(values.get("output_weights")).hasSize(8).doesNotContain(0);
    assertThat(placement.values(reader, config, 5).get("output_weights"))
        .isEqualTo(values.get("output_weights"));
    assertThat(placement.values(reader, config, 6).get("output_weights"))
        .isNotEqualTo(values.get("output_weights"));
  }

  @Test
  void aCheckpointThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> CheckpointReader.open(Path.of("nowhere", "bert_model.ckpt")))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("There is no checkpoint")
        .hasMessageContaining("bert_model.ckpt.index does not exist");
  }

  @Test
  void aDirectoryIsAnsweredWithTheCheckpointInIt(@TempDir Path directory) throws Exception {
    Files.createFile(directory.resolve("model.ckpt-343.index"));
    assertThatThrownBy(() -> CheckpointReader.open(directory))
        .isInstanceOf(CompileException.class)
        .hasMessage(
            directory
                + " is a directory; name the checkpoint in it, as in "
                + directory.resolve("model.ckpt-343")
                + ".");
  }

  private static Map<String, List<Integer>> encoder() {
    Map<String, List<Integer>> shapes = new TreeMap<>();
    Parameter.of(MODEL, 2).stream()
        .filter(parameter -> parameter.part() != Parameter.Part.HEAD)
        .forEach(parameter -> shapes.put(parameter.name(), parameter.shape()));
    return shapes;
  }
}
