package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.pipeline.Samples;
import io.ganglion.compiler.sample.SampleVocabulary;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.SavedModel;

/** Users' mistakes give one sentence and the right exit code, and leave nothing behind. */
class BadInputTest {
  @TempDir Path temp;
  private Path output;

  @BeforeEach
  void setUp() {
    output = temp.resolve("output");
  }

  @Test
  void aMissingDirectoryIsNamed() throws Exception {
    assertThat(failing(1, compile(temp.resolve("nowhere"))))
        .contains("There is no file or directory");
  }

  @Test
  void aDirectoryThatIsNoSavedModelIsSaidSo() throws Exception {
    assertThat(failing(1, compile(temp))).contains("or a SavedModel's directory, which holds");
  }

  @Test
  void anExistingOutputIsLeftAlone() throws Exception {
    Files.createDirectories(output);
    assertThat(failing(1, compile(sample()))).contains("exists already");
    assertThat(output).isEmptyDirectory();
  }

  @Test
  void aSavedModelThatIsNotBertIsRefusedByTheFirstNodeThatDoesNotFit() throws Exception {
    Path source = sample();
    change(source, graph -> replaceOp(graph, "bert/pooler/dense/Tanh", "Relu"));
    assertThat(failing(1, compile(source))).contains("is not a BERT classifier", "bert/pooler");
  }

  @Test
  void aWeightThatTheCheckpointDoesNotHoldIsNamed() throws Exception {
    Path source = sample();
    String name = "bert/encoder/layer_0/intermediate/dense/kernel";
    change(
        source,
        graph -> {
          for (int i = 0; i < graph.getNodeCount(); i++) {
            var node = graph.getNodeBuilder(i);
            if (node.getName().equals("save/RestoreV2/tensor_names")) {
              var tensor = node.getAttrOrThrow("value").toBuilder();
              for (int at = 0; at < tensor.getTensor().getStringValCount(); at++) {
                if (tensor.getTensor().getStringVal(at).toStringUtf8().equals(name)) {
                  tensor
                      .getTensorBuilder()
                      .setStringVal(at, com.google.protobuf.ByteString.copyFromUtf8("gone"));
                }
              }
              node.putAttr("value", tensor.build());
            }
          }
        });
    Files.delete(source.resolve("variables/variables.index"));
    assertThat(failing(1, compile(source))).contains("the checkpoint does not hold this variable");
  }

  @Test
  void aVariableOfAnotherShapeThanItsTensorIsNamed() throws Exception {
    Path source = sample();
    change(
        source,
        graph -> {
          for (int i = 0; i < graph.getNodeCount(); i++) {
            if (graph.getNode(i).getName().equals("bert/pooler/dense/kernel")) {
              var shape = graph.getNode(i).getAttrOrThrow("shape").toBuilder();
              shape.getShapeBuilder().getDimBuilder(0).setSize(65);
              graph.getNodeBuilder(i).putAttr("shape", shape.build());
            }
          }
        });
    assertThat(failing(1, compile(source)))
        .contains("bert/pooler/dense/kernel", "[65, 64]", "[64, 64]");
  }

  @Test
  void aVocabularyLargerThanTheTableIsRefused() throws Exception {
    Path vocabulary = Files.write(temp.resolve("v.txt"), SampleVocabulary.of(2049));
    assertThat(failing(1, compile(sample(), "--vocab", vocabulary.toString())))
        .contains("has 2049 pieces", "2048 rows");
  }

  @Test
  void aSourceWithoutAVocabularyAsksForOne() throws Exception {
    Path source = sample();
    MoreFiles.deleteRecursively(source.resolve("assets"), RecursiveDeleteOption.ALLOW_INSECURE);
    assertThat(failing(1, compile(source)))
        .contains("give the one that the model was trained with (--vocab FILE).");
  }

  @Test
  void ofSeveralVocabulariesOneMustBeNamed() throws Exception {
    Path source = sample();
    Path assets = source.resolve("assets");
    Files.move(assets.resolve("vocab.txt"), assets.resolve("uncased_vocab.txt"));
    Files.copy(assets.resolve("uncased_vocab.txt"), assets.resolve("cased_vocab.txt"));
    assertThat(failing(1, compile(source)))
        .contains(
            "several vocabularies, cased_vocab.txt, uncased_vocab.txt",
            "name the one that the model was trained with (--vocab FILE).");
  }

  @Test
  void aSequenceBeyondThePositionsIsRefused() throws Exception {
    assertThat(failing(1, compile(sample(), "--sequence-length", "65")))
        .contains("beyond the 64 positions");
  }

  @Test
  void wrongUsageIsExitCodeTwo() throws Exception {
    assertThat(failing(2, "compile"))
        .contains("Give --model PATH, --output DIR, as in: compiler compile --model ");
    assertThat(failing(2, "compile", "--nope")).contains("There is no option --nope");
    assertThat(failing(2, "compile", "--outptu", "x")).contains("did you mean --output?");
    assertThat(failing(2, "complie"))
        .contains("There is no command complie: did you mean compile?");
    assertThat(failing(2, "compile", "--saved-model", "a", "--output", "b", "--dtype", "int4"))
        .contains("float32, float16 or bfloat16");
    assertThat(
            failing(
                2,
                "compile",
                "--saved-model",
                "a",
                "--output",
                "b",
                "--dtype",
                "float16",
                "--precision",
                "fp32"))
        .contains("contradict");
    assertThat(
            failing(2, "sample", "--output", output.toString(), "--hidden", "100", "--heads", "3"))
        .contains("not a multiple");
    assertThat(failing(2))
        .contains(
            "Name a command: compile, sample, export, inspect, diff, tune, convert-checkpoint,"
                + " generate-pairs, prepare-mrpc.");
  }

  private Path sample() throws CompileException {
    return Samples.write(temp.resolve("source"), Samples.config(Samples.dimensions(1, 64, 2, 64)));
  }

  private String[] compile(Path source, String... more) {
    return Stream.concat(
            Stream.of("compile", "--saved-model", source.toString(), "--output", output.toString()),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private String failing(int code, String... arguments) throws Exception {
    boolean there = Files.exists(output);
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    try {
      assertThat(CompilerMain.run(arguments)).isEqualTo(code);
    } finally {
      System.setErr(before);
    }
    assertThat(Files.exists(output)).isEqualTo(there);
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files.filter(file -> file.toString().contains(".tmp-"))).isEmpty();
    }
    List<String> said =
        errors
            .toString(StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.startsWith("compiler: "))
            .toList();
    assertThat(said).hasSize(1);
    return said.get(0);
  }

  private static void replaceOp(GraphDef.Builder graph, String node, String op) {
    for (int i = 0; i < graph.getNodeCount(); i++) {
      if (graph.getNode(i).getName().equals(node)) {
        graph.getNodeBuilder(i).setOp(op);
      }
    }
  }

  private static void change(Path source, java.util.function.Consumer<GraphDef.Builder> change)
      throws Exception {
    Path file = source.resolve("saved_model.pb");
    SavedModel.Builder model = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
    change.accept(model.getMetaGraphsBuilder(0).getGraphDefBuilder());
    Files.write(file, model.build().toByteArray());
  }
}
