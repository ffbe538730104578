package io.ganglion.compiler.source.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.source.AssumedPooling;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.model.TensorType;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a folder says is understood, in every spelling that the libraries have had. */
class FolderModelTest {
  @TempDir Path temp;

  private FolderModel read(TestFolder folder) throws Exception {
    return FolderModel.read(folder.write(temp));
  }

  private static float[] logits(FolderModel model) throws CompileException {
    TokenSequence text = new TokenSequence(new int[] {2, 7, 9, 11, 3}, new int[5]);
    Oracle.Answers answers = new DoubleOracle(model).answer(List.of(text), Progress.SILENT);
    return answers.outputs().get(0);
  }

  private static void sentenceModules(Path folder, Object pooling, Object... more)
      throws Exception {
    String base = "sentence_transformers.models.";
    List<Object> modules = new java.util.ArrayList<>();
    modules.add(Map.of("idx", 0, "name", "0", "path", "", "type", base + "Transformer"));
    modules.add(Map.of("idx", 1, "name", "1", "path", "1_Pooling", "type", base + "Pooling"));
    modules.addAll(List.of(more));
    TestFolder.json(folder.resolve("modules.json"), modules);
    TestFolder.json(folder.resolve("1_Pooling/config.json"), pooling);
  }

  @Test
  void anEncoderAloneIsPooledByItsMeanAsAnOnnxFileIs() throws Exception {
    FolderModel model = read(TestFolder.of(Family.BERT, "Model", 0));
    assertThat(model.head().task()).isEqualTo(Task.embedding(Pooling.MEAN, false));
    assertThat(model.notes()).contains(AssumedPooling.NOTE);
    assertThat(logits(model)).hasSize(TestFolder.HIDDEN);
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void everyFamilyHasBothKindsOfHeads(Family family) throws Exception {
    FolderModel sequence = read(TestFolder.of(family, "ForSequenceClassification", 3));
    assertThat(sequence.head().task()).isEqualTo(Task.classification(OutputActivation.SOFTMAX));
    assertThat(logits(sequence)).hasSize(3);
    FolderModel tokens = read(TestFolder.of(family, "ForTokenClassification", 4));
    assertThat(tokens.head().task()).isEqualTo(Task.tokens());
    assertThat(logits(tokens)).hasSize(5 * 4);
    assertThat(tokens.head().labels()).startsWith("label 0", "label 1");
  }

  @Test
  void oldNamesBuffersPrefixesAndShardsMakeNoDifference() throws Exception {
    float[] usual = logits(read(TestFolder.bert()));
    TestFolder old =
        TestFolder.bert()
            .rename("LayerNorm.weight", "LayerNorm.gamma")
            .rename("LayerNorm.bias", "LayerNorm.beta");
    assertThat(logits(read(old))).isEqualTo(usual);
    assertThat(logits(read(TestFolder.bert().rename("bert.", "")))).isEqualTo(usual);
    TestFolder buffers = TestFolder.bert();
    buffers.tensors.put(
        "bert.embeddings.position_ids", new TestFolder.Values(List.of(1, 2), new float[2]));
    assertThat(read(buffers).notes()).isEmpty();
    Path sharded = Files.createDirectory(temp.resolve("sharded"));
    assertThat(logits(FolderModel.read(TestFolder.bert().writeSharded(sharded)))).isEqualTo(usual);
  }

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F64", "F16", "BF16"})
  void weightsMayHaveOtherTypes(TensorType type) throws Exception {
    TestFolder folder = TestFolder.bert();
    folder.type = type;
    float[] usual = logits(read(TestFolder.bert()));
    float[] other = logits(read(folder));
    for (int i = 0; i < usual.length; i++) {
      assertThat(other[i]).isCloseTo(usual[i], org.assertj.core.api.Assertions.within(0.1f));
    }
  }

  @Test
  void otherHeadsArePassedOverByName() throws Exception {
    TestFolder folder = TestFolder.bert();
    folder.dense("cls.predictions.transform.dense", 16, 16);
    assertThat(read(folder).notes())
        .containsExactly(
            "Tensors that this model does not use were passed over:"
                + " cls.predictions.transform.dense.bias, cls.predictions.transform.dense.weight.");
  }

  @Test
  void unknownFieldsAreNotedAndHarmlessOnesAreNot() throws Exception {
    TestFolder folder = TestFolder.bert();
    folder.config.put("hidden_dropout_prob", 0.1);
    folder.config.put("use_flux_capacitor", true);
    assertThat(read(folder).notes())
        .singleElement()
        .asString()
        .contains("fields that are not known here", "use_flux_capacitor")
        .doesNotContain("dropout");
  }

  @ParameterizedTest
  @CsvSource({
    "gelu,GELU_ERF",
    "gelu_new,GELU_TANH",
    "gelu_pytorch_tanh,GELU_TANH",
    "relu,RELU",
    "silu,SILU"
  })
  void theActivationIsTheNamedOne(String name, Activation activation) throws Exception {
    TestFolder folder = TestFolder.bert();
    folder.config.put("hidden_act", name);
    FolderModel model = read(folder);
    assertThat(ModelBuilder.of(model).activation()).isEqualTo(activation);
    assertThat(logits(model)).doesNotContain(Float.NaN);
  }

  @ParameterizedTest
  @CsvSource({
    "2,,SOFTMAX",
    "1,,SIGMOID",
    "3,multi_label_classification,SIGMOID",
    "3,single_label_classification,SOFTMAX",
    "1,regression,IDENTITY",
  })
  void theProblemDecidesTheOutput(int labels, String problem, OutputActivation output)
      throws Exception {
    TestFolder folder = TestFolder.of(Family.BERT, "ForSequenceClassification", labels);
    folder.config.put("problem_type", problem);
    assertThat(read(folder).head().task().output()).isEqualTo(output);
  }

  @Test
  void aCrossEncodersActivationIsFoundInEachPlaceThatItHasHad() throws Exception {
    TestFolder old = TestFolder.of(Family.BERT, "ForSequenceClassification", 1);
    old.config.put("sbert_ce_default_activation_function", "torch.nn.modules.linear.Identity");
    assertThat(read(old).head().task().output()).isEqualTo(OutputActivation.IDENTITY);
    TestFolder section = TestFolder.of(Family.BERT, "ForSequenceClassification", 1);
    section.config.put(
        "sentence_transformers",
        Map.of("version", "5", "activation_fn", "torch.nn.modules.linear.Identity"));
    assertThat(read(section).head().task().output()).isEqualTo(OutputActivation.IDENTITY);
    TestFolder usual = TestFolder.of(Family.BERT, "ForSequenceClassification", 1);
    usual.config.put("sentence_transformers", Map.of("version", "5"));
    assertThat(read(usual).head().task().output()).isEqualTo(OutputActivation.SIGMOID);
    TestFolder several = TestFolder.bert();
    several.config.put("sentence_transformers", Map.of("version", "5"));
    assertThat(read(several).head().task().output()).isEqualTo(OutputActivation.IDENTITY);
  }

  @Test
  void labelsWithoutNamesHaveThoseOfTransformers() throws Exception {
    TestFolder folder = TestFolder.bert();
    folder.config.remove("id2label");
    assertThat(read(folder).head().labels()).containsExactly("LABEL_0", "LABEL_1");
  }

  @Test
  void modulesMakeASentenceEmbedding() throws Exception {
    TestFolder folder = TestFolder.of(Family.ROBERTA, "Model", 2);
    folder.write(temp);
    String base = "sentence_transformers.models.";
    sentenceModules(
        temp,
        Map.of("word_embedding_dimension", 16, "pooling_mode_max_tokens", true),
        Map.of("idx", 2, "name", "2", "path", "2_Dense", "type", base + "Dense"),
        Map.of("idx", 3, "name", "3", "path", "3_Normalize", "type", base + "Normalize"));
    TestFolder.json(
        temp.resolve("2_Dense/config.json"),
        Map.of(
            "in_features",
            16,
            "out_features",
            5,
            "bias",
            false,
            "activation_function",
            "torch.nn.modules.activation.Tanh"));
    TestFolder dense = TestFolder.bert();
    dense.tensors.clear();
    dense.matrix("linear.weight", 5, 16);
    Path aside = dense.write(temp.resolve("aside"));
    Files.copy(aside.resolve("model.safetensors"), temp.resolve("2_Dense/model.safetensors"));
    FolderModel model = FolderModel.read(temp);
    assertThat(model.head().task()).isEqualTo(Task.embedding(Pooling.MAX, true));
    assertThat(logits(model)).hasSize(5);
  }

  @ParameterizedTest
  @CsvSource({"cls,FIRST", "mean,MEAN", "max,MAX"})
  void thePoolingIsTheNamedOne(String name, Pooling pooling) throws Exception {
    TestFolder.of(Family.DISTILBERT, "Model", 2).write(temp);
    sentenceModules(temp, Map.of("embedding_dimension", 16, "pooling_mode", name));
    FolderModel model = FolderModel.read(temp);
    assertThat(model.head().task()).isEqualTo(Task.embedding(pooling, false));
    assertThat(logits(model)).hasSize(16);
  }

  @Test
  void aLengthComesFromSentenceTransformersOrElseFromTheTokenizer() throws Exception {
    FolderModel plain = read(TestFolder.bert());
    assertThat(plain.maxLength()).hasValue(32);
    TestFolder.json(temp.resolve("sentence_bert_config.json"), Map.of("max_seq_length", 20));
    assertThat(FolderModel.read(temp).maxLength()).hasValue(20);
  }

  @Test
  void promptsAreNotedUnlessTheyStandBeforeEveryText() throws Exception {
    TestFolder.of(Family.BERT, "Model", 2).write(temp);
    sentenceModules(temp, Map.of("pooling_mode", "mean"));
    Path file = temp.resolve("config_sentence_transformers.json");
    Map<String, String> prompts = Map.of("query", "query: ");
    TestFolder.json(file, Map.of("prompts", prompts));
    assertThat(FolderModel.read(temp).notes())
        .singleElement()
        .asString()
        .contains("query \"query: \"");
    TestFolder.json(file, Map.of("prompts", prompts, "default_prompt_name", "query"));
    assertThatThrownBy(() -> FolderModel.read(temp))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("before every text");
  }
}
