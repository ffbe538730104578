package io.ganglion.compiler.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.onnx.BertFile;
import io.ganglion.compiler.onnx.BertFile.End;
import io.ganglion.compiler.onnx.BertFile.Form;
import io.ganglion.compiler.onnx.OnnxType;
import io.ganglion.compiler.verify.ArtifactRun;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.text.TokenSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** ONNX files compile to artifacts that answer like them. */
class OnnxSourcesTest {
  private static final Path DATA =
      Path.of(System.getProperty("ganglion.shared.data", "absent"), "huggingface");

  @TempDir Path temp;
  private final List<String> notes = new ArrayList<>();

  private Path folder(Form form, End end, OnnxType type) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("model"));
    BertFile.of(form, end, type, "").write(folder.resolve("model.onnx"));
    Files.write(folder.resolve("vocab.txt"), BertFile.vocabulary());
    return folder;
  }

  private ModelCompiler.Result compile(Path source) throws CompileException {
    return compile(CompileOptions.of(source, temp.resolve("artifact"), PrecisionChoice.FP32));
  }

  private ModelCompiler.Result compile(CompileOptions options) throws CompileException {
    Progress progress =
        new Progress() {
          @Override
          public void note(String line) {
            notes.add(line);
          }
        };
    return ModelCompiler.compile(options, progress);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @ParameterizedTest
  @EnumSource
  void everyFormOfAClassifierCompiles(Form form) throws Exception {
    ModelCompiler.Result result = compile(folder(form, End.LOGITS, OnnxType.FLOAT));
    assertThat(result.verification().largestDifference()).isLessThanOrEqualTo(1e-5);
    assertThat(result.manifest().task()).isEqualTo(Task.classification(OutputActivation.SOFTMAX));
    assertThat(result.oracle()).isEqualTo("double precision");
  }

  @ParameterizedTest
  @EnumSource
  void theRelativesOfBertCompile(BertFile.Family family) throws Exception {
    Path folder = Files.createDirectories(temp.resolve("model"));
    BertFile.of(family).write(folder.resolve("model.onnx"));
    Files.write(folder.resolve("vocab.txt"), BertFile.vocabulary());
    ModelCompiler.Result result = compile(folder);
    assertThat(result.verification().largestDifference()).isLessThanOrEqualTo(1e-5);
    assertThat(result.manifest().head()).hasSize(2);
  }

  @Test
  void weightsOf16BitsCompile() throws Exception {
    ModelCompiler.Result result = compile(folder(Form.OPSET_17, End.LOGITS, OnnxType.FLOAT16));
    assertThat(result.verification().largestDifference()).isLessThanOrEqualTo(1e-5);
  }

  @Test
  void probabilitiesCompile() throws Exception {
    ModelCompiler.Result result = compile(folder(Form.OPSET_11, End.PROBABILITIES, OnnxType.FLOAT));
    assertThat(result.verification().largestDifference()).isLessThanOrEqualTo(1e-5);
  }

  @Test
  void labelsOfTokensCompile() throws Exception {
    ModelCompiler.Result result = compile(folder(Form.OPSET_17, End.TOKEN_LOGITS, OnnxType.FLOAT));
    assertThat(result.verification().largestDifference()).isLessThanOrEqualTo(1e-5);
    assertThat(result.manifest().task()).isEqualTo(Task.tokens());
  }

  @ParameterizedTest
  @EnumSource(names = {"HIDDEN_STATE", "HIDDEN_STATE_AND_POOLED"})
  void anEncoderAloneBecomesAnEmbeddingByTheMeanWhichIsTold(End end) throws Exception {
    ModelCompiler.Result result = compile(folder(Form.OPSET_17, end, OnnxType.FLOAT));
    assertThat(result.manifest().task()).isEqualTo(Task.embedding(Pooling.MEAN, false));
    assertThat(notes).anyMatch(note -> note.contains("pooled by their mean"));
  }

  @Test
  void modulesBesideAnEncoderSayHowItsRowsBecomeAVector() throws Exception {
    Path folder = folder(Form.FUSED, End.HIDDEN_STATE, OnnxType.FLOAT);
    write(
        folder.resolve("modules.json"),
        """
        [{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
         {"idx": 2, "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
        """);
    write(
        folder.resolve("1_Pooling/config.json"),
        "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
    ModelCompiler.Result result = compile(folder);
    assertThat(result.manifest().task()).isEqualTo(Task.embedding(Pooling.FIRST, true));
    assertThat(notes).noneMatch(note -> note.contains("pooled"));
  }

  @Test
  void labelsAndWhatIsDoneWithThemComeFromTheConfiguration() throws Exception {
    Path folder = folder(Form.OPSET_20, End.LOGITS, OnnxType.FLOAT);
    write(
        folder.resolve("config.json"),
        """
        {"id2label": {"0": "no", "1": "yes", "2": "maybe"},
         "problem_type": "multi_label_classification"}
        """);
    ModelCompiler.Result result = compile(folder);
    assertThat(result.manifest().labels()).containsExactly("no", "yes", "maybe");
    assertThat(result.manifest().task().output()).isEqualTo(OutputActivation.SIGMOID);
  }

  @Test
  void aFileInTheFolderOnnxHasItsVocabularyAbove() throws Exception {
    Path folder = folder(Form.OPSET_17, End.LOGITS, OnnxType.FLOAT);
    Files.createDirectories(folder.resolve("onnx"));
    Files.move(folder.resolve("model.onnx"), folder.resolve("onnx/model.onnx"));
    assertThat(compile(folder).manifest().labels()).containsExactly("0", "1", "2");
  }

  @Test
  void oneOfSeveralFilesMustBeNamed() throws Exception {
    Path folder = folder(Form.OPSET_17, End.LOGITS, OnnxType.FLOAT);
    Files.move(folder.resolve("model.onnx"), folder.resolve("a.onnx"));
    Files.copy(folder.resolve("a.onnx"), folder.resolve("b.onnx"));
    assertThatThrownBy(() -> compile(folder))
        .isInstanceOf(CompileException.class)
        .hasMessageContainingAll("holds several ONNX files; name one", "a.onnx", "b.onnx");
    assertThat(temp.resolve("artifact")).doesNotExist();
    assertThat(compile(folder.resolve("b.onnx")).manifest().labels()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "bert-pair-2-labels,model.onnx,logits",
    "bert-pair-2-labels,model_dynamo.onnx,logits",
    "cross-encoder-identity,model.onnx,score",
    "sentence-embedding-mean-normalized,model.onnx,embedding"
  })
  void exportedModelsAnswerAsTheirAuthorsComputed(String folder, String file, String values)
      throws Exception {
    assumeTrue(Files.isDirectory(DATA), "the shared models are not here");
    JsonNode golden =
        new ObjectMapper().readTree(DATA.resolve(folder).resolve("golden.json").toFile());
    ModelCompiler.Result result =
        compile(
            CompileOptions.of(
                    DATA.resolve(folder).resolve(file),
                    temp.resolve("artifact"),
                    PrecisionChoice.FP32)
                .with(
                    new CompileOptions.Text(
                        DATA.resolve(folder).resolve("vocab.txt"), true, List.of())));
    List<TokenSequence> inputs = new ArrayList<>();
    for (JsonNode row : golden.get("rows")) {
      inputs.add(sequence(row));
    }
    List<float[]> answers =
        ArtifactRun.of(temp.resolve("artifact"), inputs, Progress.SILENT, System::nanoTime).rows();
    Task task = result.manifest().task();
    for (int i = 0; i < inputs.size(); i++) {
      float[] expected = floats(golden.get("rows").get(i).get(values));
      float[] wanted = values.equals("logits") ? task.output().apply(expected) : expected;
      assertThat(answers.get(i)).containsExactly(wanted, within(1e-5f));
    }
  }

  private static float[] floats(JsonNode values) {
    float[] floats = new float[values.isArray() ? values.size() : 1];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) (values.isArray() ? values.get(i) : values).asDouble();
    }
    return floats;
  }

  private static TokenSequence sequence(JsonNode row) {
    int[] ids = ints(row.get("input_ids"));
    if (row.has("token_type_ids")) {
      return new TokenSequence(ids, ints(row.get("token_type_ids")));
    }
    int[] types = new int[ids.length];
    // A pair without types has one separator behind each text.
    for (int i = 1; i < ids.length && row.has("document"); i++) {
      types[i] = ids[i - 1] == ids[ids.length - 1] ? 1 : types[i - 1];
    }
    return new TokenSequence(ids, types);
  }

  private static int[] ints(JsonNode list) {
    return IntStream.range(0, list.size()).map(i -> list.get(i).asInt()).toArray();
  }
}
