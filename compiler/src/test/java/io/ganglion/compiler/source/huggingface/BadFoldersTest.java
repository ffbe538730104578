package io.ganglion.compiler.source.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.runtime.model.TensorType;
import io.ganglion.runtime.text.TokenSequence;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder that is wrong, or of a model that is not supported, is refused with one sentence. */
class BadFoldersTest {
  @TempDir Path temp;

  private void refused(String... words) {
    assertThatThrownBy(() -> FolderModel.read(temp))
        .isInstanceOf(CompileException.class)
        .message()
        .contains(words)
        .doesNotContain("\n")
        .hasSizeLessThan(500);
  }

  private void refused(Consumer<TestFolder> change, String... words) throws Exception {
    TestFolder folder = TestFolder.bert();
    change.accept(folder);
    folder.write(temp);
    refused(words);
  }

  private void refusedConfig(String field, Object value, String... words) throws Exception {
    refused(folder -> folder.config.put(field, value), words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mpnet", "deberta-v2", "albert", "modernbert", "gpt2"})
  void anotherFamilyIsNamed(String family) throws Exception {
    refusedConfig("model_type", family, "the model_type " + family + " is not supported", "bert");
  }

  @Test
  void whatWouldMakeAnotherModelIsNamed() throws Exception {
    refusedConfig("position_embedding_type", "relative_key", "position_embedding_type");
    refusedConfig("is_decoder", true, "is_decoder is true");
    refusedConfig("add_cross_attention", true, "add_cross_attention is true");
    refusedConfig("pruned_heads", Map.of("0", List.of(1)), "pruned_heads is");
    refusedConfig("quantization_config", Map.of("bits", 4), "quantization_config is");
    refusedConfig("auto_map", Map.of("AutoModel", "x.Y"), "auto_map is");
    refusedConfig("hidden_act", "mish", "hidden_act is mish; it may be gelu");
    refusedConfig("problem_type", "ranking", "problem_type is ranking");
    refusedConfig("architectures", List.of("BertForMaskedLM"), "BertForMaskedLM has no head");
    refusedConfig("architectures", List.of("RobertaModel"), "is none of the model_type bert");
    refusedConfig("architectures", List.of(), "names no architectures");
    refusedConfig(
        "sbert_ce_default_activation_function", "my.Own", "the activation my.Own of the scores");
  }

  @Test
  void aConfigurationThatContradictsTheTensorsIsSaidSo() throws Exception {
    refusedConfig("vocab_size", 5, "word_embeddings", "by the configuration it is [5, 16]");
    refusedConfig("hidden_size", 32, "by the configuration it is");
    refusedConfig("num_hidden_layers", 1, "encoder.layer.1.", "1 layers");
    refusedConfig("num_hidden_layers", 3, "holds no tensor encoder.layer.2.");
    refusedConfig("num_hidden_layers", 2_000_000_000, "holds no tensor encoder.layer.2.");
    refusedConfig("num_attention_heads", 3, "not a multiple of the 3 heads");
    refusedConfig("id2label", Map.of("0", "a"), "classifier.weight", "[1, 16]");
    refusedConfig("id2label", Map.of("1", "a"), "has no label 0");
    refusedConfig("num_labels", 7, "num_labels is 7, but id2label names 2 labels");
    refusedConfig("vocab_size", "many", "vocab_size is \"many\", but must be a whole number");
    refusedConfig("hidden_size", -1, "hidden_size is -1");
    refusedConfig("layer_norm_eps", 0, "layer_norm_eps is 0");
  }

  @Test
  void aTensorOfTheWrongKindIsNamed() throws Exception {
    refused(folder -> folder.type = TensorType.I64, "is of type I64; weights are of type F32");
    refused(
        folder -> folder.tensors.remove("bert.pooler.dense.bias"), "no tensor pooler.dense.bias");
    refused(
        folder -> folder.matrix("bert.encoder.layer.0.lora_A", 2, 2),
        "holds the tensor encoder.layer.0.lora_A");
    refused(folder -> folder.dense("pooler.dense", 16, 16), "holds both", "pooler.dense");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void aWeightThatIsNoNumberIsNamedWhenItIsRead(float value) throws Exception {
    TestFolder folder = TestFolder.bert();
    folder.tensors.get("bert.encoder.layer.1.output.dense.weight").values()[3] = value;
    FolderModel model = FolderModel.read(folder.write(temp));
    assertThatThrownBy(
            () ->
                new DoubleOracle(model)
                    .answer(
                        List.of(new TokenSequence(new int[] {1, 2, 3}, new int[3])),
                        Progress.SILENT))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("layer.1.output.dense.weight holds a value that is not finite");
  }

  @Test
  void weightsInAFormatThatIsNotReadComeWithTheLineThatConvertsThem() throws Exception {
    TestFolder.bert().write(temp);
    Files.move(temp.resolve("model.safetensors"), temp.resolve("pytorch_model.bin"));
    refused(
        "pytorch_model.bin",
        "python -c \"from transformers import BertForSequenceClassification as M;",
        "save_pretrained('" + temp + "')");
    Files.delete(temp.resolve("pytorch_model.bin"));
    refused("holds no weights");
  }

  @Test
  void aFolderWithoutAConfigurationIsSaidSo() throws Exception {
    TestFolder.bert().write(temp);
    Files.delete(temp.resolve("config.json"));
    refused("holds no config.json");
  }

  @Test
  void aMissingShardIsNamed() throws Exception {
    TestFolder.bert().writeSharded(temp);
    Files.delete(temp.resolve("second.safetensors"));
    refused("second.safetensors, which model.safetensors.index.json names, is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../outside.safetensors", "/etc/passwd", "a/b.safetensors", "", "..", "."})
  void anIndexThatLeadsOutOfTheFolderIsNotFollowed(String name) throws Exception {
    TestFolder folder = TestFolder.bert();
    folder.writeSharded(temp);
    TestFolder.json(
        temp.resolve("model.safetensors.index.json"),
        Map.of("weight_map", Map.of("bert.pooler.dense.bias", name)));
    refused("names a file outside its folder");
  }

  @Test
  void aTensorThatIsNotInItsShardIsNamed() throws Exception {
    TestFolder.bert().writeSharded(temp);
    TestFolder.json(
        temp.resolve("model.safetensors.index.json"),
        Map.of("weight_map", Map.of("x", "first.safetensors")));
    refused("says that the tensor x is in first.safetensors");
  }

  @Test
  void aBrokenWeightFileIsSaidSo() throws Exception {
    TestFolder.bert().write(temp);
    Path file = temp.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
    refused("ends behind the end of the file");
    Files.write(file, java.util.Arrays.copyOf(whole, 100));
    refused("ends inside its header");
    whole[7] = 1;
    Files.write(file, whole);
    refused("not a safetensors file");
  }

  @Test
  void modulesThatAreNotSupportedAreNamed() throws Exception {
    TestFolder.of(Family.BERT, "Model", 2).write(temp);
    String base = "sentence_transformers.models.";
    Map<String, String> transformer = Map.of("path", "", "type", base + "Transformer");
    Path modules = temp.resolve("modules.json");
    TestFolder.json(modules, List.of(transformer));
    refused("has no Pooling");
    TestFolder.json(modules, List.of(transformer, Map.of("path", "x", "type", base + "CNN")));
    refused("the module " + base + "CNN");
    TestFolder.json(modules, List.of(Map.of("path", "../..", "type", base + "Transformer")));
    refused("a folder outside its own");
    TestFolder.json(
        modules, List.of(transformer, Map.of("path", "1_Pooling", "type", base + "Pooling")));
    TestFolder.json(temp.resolve("1_Pooling/config.json"), Map.of("pooling_mode", "lasttoken"));
    refused("the pooling lasttoken is not supported");
    TestFolder.json(
        temp.resolve("1_Pooling/config.json"),
        Map.of("pooling_mode_cls_token", true, "pooling_mode_mean_tokens", true));
    refused("names 2 ways of pooling");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                  | is not well-formed JSON",
        "[]                 | does not hold a JSON object",
        "{\"a\":1,\"a\":2}  | is not well-formed JSON",
        "{} x               | is not well-formed JSON",
        "NaN                | is not well-formed JSON",
      })
  void aConfigurationThatIsNoJsonObjectIsSaidSo(String text, String words) throws Exception {
    TestFolder.bert().write(temp);
    Files.writeString(temp.resolve("config.json"), text);
    refused("config.json " + words);
  }

  @Test
  void aConfigurationThatIsNestedWithoutEndIsRefused() throws Exception {
    TestFolder.bert().write(temp);
    Files.writeString(temp.resolve("config.json"), "{\"a\":" + "[".repeat(2_000_000));
    refused("is not well-formed JSON");
  }

  @Test
  void aConfigurationOfGigabytesIsNotRead() throws Exception {
    TestFolder.bert().write(temp);
    try (RandomAccessFile file = new RandomAccessFile(temp.resolve("config.json").toFile(), "rw")) {
      file.write("{\"model_type\":\"".getBytes(StandardCharsets.UTF_8));
      file.setLength(2L << 30); // a sparse file
    }
    refused("has 2147483648 bytes");
  }

  @Test
  void aLongTextIsCutInItsMessage() throws Exception {
    refusedConfig("vocab_size", "x".repeat(1_000_000), "vocab_size is \"xxx");
  }

  @Test
  void aPlainFileIsNoFolder() throws Exception {
    Path file = Files.writeString(temp.resolve("config.json"), "{}");
    assertThat(FolderModel.accepts(file)).isFalse();
    assertThat(FolderModel.accepts(temp)).isTrue();
    Files.writeString(temp.resolve("model.onnx"), "");
    assertThat(FolderModel.accepts(temp)).isFalse();
    Files.writeString(temp.resolve("model.safetensors"), "");
    assertThat(FolderModel.accepts(temp)).isTrue();
  }
}
