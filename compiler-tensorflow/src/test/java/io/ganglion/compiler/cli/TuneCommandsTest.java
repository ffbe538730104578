package io.ganglion.compiler.cli;

import static io.ganglion.compiler.cli.CommandRun.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.runtime.artifact.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the commands for fine-tuning from the command line to their files. */
class TuneCommandsTest {
  private static final String ENCODER_CONFIG =
      """
      {"vocab_size": %d, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
       "intermediate_size": 64, "max_position_embeddings": 512, "type_vocab_size": 2,
       "hidden_act": "gelu_new"}
      """;

  private static final Path DEMO_MODEL = Path.of("..", "demo-model");

  @TempDir private Path directory;

  @Test
  void aSampleThatGoesThroughACheckpointCompilesToTheSameArtifact() throws Exception {
    Path sample = directory.resolve("sample");
    run(
        0,
        "sample --format savedmodel --layers 2 --hidden 32 --heads 2 --intermediate 64 --output",
        sample);
    Path vocabulary = sample.resolve("assets").resolve("vocab.txt");
    Path config = directory.resolve("bert_config.json");
    Files.writeString(
        config, String.format(Locale.ROOT, ENCODER_CONFIG, Files.readAllLines(vocabulary).size()));
    Path exported = directory.resolve("exported");

    run(
        0,
        "convert-checkpoint --checkpoint",
        sample.resolve("variables").resolve("variables"),
        "--bert-config",
        config,
        "--vocab",
        vocabulary,
        "--output",
        exported);
    run(0, "compile --saved-model", sample, "--output", directory.resolve("a"));
    run(0, "compile --saved-model", exported, "--output", directory.resolve("b"));

    for (String file : List.of("weights.safetensors", "golden.safetensors", "tokenizer.json")) {
      assertThat(directory.resolve("b").resolve(file))
          .hasSameBinaryContentAs(directory.resolve("a").resolve(file));
    }
  }

  @Test
  void aTrainedCheckpointWithoutAClassifierExportsAndCompiles() throws Exception {
    Path source =
        Path.of(System.getProperty("ganglion.shared.data", ""), "checkpoints", "keras_bert_tiny");
    assumeThat(Files.isDirectory(source)).as("there is a checkpoint at %s", source).isTrue();
    Path exported = directory.resolve("exported");

    String told =
        run(
            0,
            "convert-checkpoint --seed 5 --checkpoint",
            source.resolve("bert_model.ckpt"),
            "--bert-config",
            source.resolve("bert_config.json"),
            "--vocab",
            source.resolve("vocab.txt"),
            "--output",
            exported);

    assertThat(told)
        .contains("39 tensors placed", "new: output_weights, output_bias", "cls/predictions");
    run(0, "compile --precision fp32 --saved-model", exported, "--output", directory.resolve("a"));
  }

  @Test
  void aShortRunOnGeneratedPairsIsTheSameTwiceAndLearns() throws Exception {
    Path pairs = directory.resolve("pairs");
    run(0, "generate-pairs --train 640 --dev 64 --output", pairs);
    for (String name : List.of("a", "b")) {
      run(
          0,
          "tune --init-from-scratch --hidden 32 --heads 2 --intermediate 64 --dropout 0"
              + " --num-train-epochs 3 --learning-rate 1e-3 --threads 2 --data",
          pairs,
          "--output",
          directory.resolve(name));
    }

    Path first = directory.resolve("a").resolve("saved_model");
    Path second = directory.resolve("b").resolve("saved_model");
    Path weights = Path.of("variables", "variables.data-00000-of-00001");
    assertThat(first.resolve(weights)).hasSameBinaryContentAs(second.resolve(weights));
    assertThat(first.resolve("eval.json")).content().contains("eval_accuracy", "eval_f1");
    assertThat(first.resolve("assets").resolve("labels.txt"))
        .content()
        .isEqualTo("not paraphrase\nparaphrase\n");
    Path artifact = directory.resolve("artifact");
    run(0, "compile --saved-model", first, "--output", artifact);
    try (Artifact opened = Artifact.open(artifact)) {
      assertThat(opened.manifest().labels()).containsExactly("not paraphrase", "paraphrase");
    }
    Files.writeString(first.resolve("assets").resolve("labels.txt"), "one\n");
    assertThat(run(1, "compile --saved-model", first, "--output", directory.resolve("other")))
        .contains("names 1 labels, but the model has 2");
  }

  @Test
  void theEncoderOfAnyModelIsAStart() throws Exception {
    Path pairs = directory.resolve("pairs");
    run(0, "generate-pairs --train 64 --dev 8 --output", pairs);
    Path sample = directory.resolve("sample");
    run(
        0,
        "sample --format savedmodel --layers 1 --hidden 32 --heads 2 --intermediate 64 --gelu erf --vocab",
        pairs.resolve("vocab.txt"),
        "--output",
        sample);

    String told =
        run(
            0,
            "tune --max-seq-length 64 --learning-rate 1e-9 --model",
            sample,
            "--data",
            pairs,
            "--output",
            directory.resolve("run"));

    assertThat(told).contains("21 tensors of its encoder, 4 new for pooler and classifier");
    Path tuned = directory.resolve("run").resolve("saved_model");
    assertThat(tuned.resolve("bert_config.json")).content().contains("\"hidden_act\" : \"gelu\"");
    // At this learning rate the encoder stays as it was.
    for (String name : List.of("sample", "run/saved_model")) {
      run(
          0,
          "compile --precision fp32 --saved-model",
          directory.resolve(name),
          "--output",
          directory.resolve("artifact-" + name.length()));
    }
    try (Artifact before = Artifact.open(directory.resolve("artifact-6"));
        Artifact after = Artifact.open(directory.resolve("artifact-15"))) {
      for (String weight : List.of("encoder.0.attention.qkv.weight", "encoder.0.output.weight")) {
        assertThat(after.weights().floats(weight))
            .usingComparatorWithPrecision(1e-5f)
            .containsExactly(before.weights().floats(weight));
      }
    }
  }

  @Test
  void theCommandsThatMadeTheDemosModelMakeOneOfItsShapeInAShorterRun() throws Exception {
    List<String> commands = demoModelCommands();
    Path pairs = directory.resolve("pairs");
    Path trained = directory.resolve("run");

    run(
        0,
        commands.get(0).replaceFirst("--train \\d+", "--train 1600 --dev 200"),
        "--output",
        pairs);
    String told =
        run(
            0,
            commands.get(1).replaceFirst("--num-train-epochs [\\d.]+", "--num-train-epochs 2"),
            "--data",
            pairs,
            "--output",
            trained);

    assertThat(told)
        .contains("1600 training pairs, 200 dev pairs", "epoch 2.00  step 100  accuracy");
    for (String file : List.of("bert_config.json", "assets/vocab.txt", "assets/labels.txt")) {
      assertThat(trained.resolve("saved_model").resolve(file))
          .hasSameTextualContentAs(DEMO_MODEL.resolve("saved_model").resolve(file));
    }
  }

  @Test
  @Tag("proof")
  void theCommandsThatMadeTheDemosModelReach95Percent() throws Exception {
    List<String> commands = demoModelCommands();
    Path pairs = directory.resolve("pairs");
    Path trained = directory.resolve("run");

    run(0, commands.get(0), "--output", pairs);
    long start = System.nanoTime();
    System.out.print(run(0, commands.get(1), "--data", pairs, "--output", trained));
    System.out.printf(Locale.ROOT, "trained in %.0f s%n", (System.nanoTime() - start) / 1e9);

    assertThat(pairs.resolve("test.tsv")).hasSameTextualContentAs(DEMO_MODEL.resolve("pairs.tsv"));
    JsonNode figures =
        new ObjectMapper().readTree(trained.resolve("saved_model").resolve("eval.json").toFile());
    assertThat(figures.path("eval_accuracy").asDouble()).isGreaterThan(0.95);
  }

  /** The commands in the README of the demo's model, without their input and output. */
  private static List<String> demoModelCommands() throws IOException {
    List<String> commands =
        Pattern.compile("(?m)^ {4}compiler-tensorflow ((?:.*\\\\\n)*.*)$")
            .matcher(Files.readString(DEMO_MODEL.resolve("README.md")))
            .results()
            .map(found -> found.group(1).replaceAll("\\s*\\\\\n\\s*", " "))
            .map(command -> command.replaceAll(" --(data|output) \\S+", ""))
            .toList();
    assertThat(commands).hasSize(2);
    return commands;
  }

  @Test
  void whatCannotBeTrainedIsSaidInASentence() throws Exception {
    Path pairs = directory.resolve("pairs");
    run(0, "generate-pairs --train 64 --dev 8 --output", pairs);
    Path out = directory.resolve("out");
    String scratch = "tune --init-from-scratch --hidden 32 --heads 2 --data";

    assertThat(run(1, scratch, directory.resolve("none"), "--output", out))
        .contains("compiler: ")
        .doesNotContain("\tat ");
    assertThat(run(2, scratch, pairs, "--max-seq-length 4 --output", out))
        .contains("The longest sequence must be at least 5 tokens");
    assertThat(run(2, "tune --data", pairs, "--output", out))
        .contains("compiler: Say what to start from: --model, --checkpoint with --bert-config");
    Path config = directory.resolve("bert_config.json");
    int pieces = Files.readAllLines(pairs.resolve("vocab.txt")).size();
    Files.writeString(config, String.format(Locale.ROOT, ENCODER_CONFIG, pieces));
    assertThat(
            run(
                1,
                "tune --data",
                pairs,
                "--checkpoint none --bert-config",
                config,
                "--output",
                out))
        .contains("There is no checkpoint none", "none.index does not exist");
    assertThat(run(2, scratch, pairs, "--train-batch-size 0 --output", out))
        .contains("The batch size must be at least 1");
    Files.writeString(pairs.resolve("dev.tsv"), "Quality\t#1 String\nx\ty\n");
    assertThat(run(1, scratch, pairs, "--output", out)).contains("no known columns of texts");
    assertThat(out).doesNotExist();
  }

  @Test
  void aVocabularyOfTheWrongSizeIsRefused() throws Exception {
    Path pairs = directory.resolve("pairs");
    run(0, "generate-pairs --train 64 --dev 8 --output", pairs);
    Path config = directory.resolve("bert_config.json");
    Files.writeString(config, String.format(Locale.ROOT, ENCODER_CONFIG, 30522));

    assertThat(
            run(
                1,
                "tune --checkpoint nowhere --bert-config",
                config,
                "--data",
                pairs,
                "--output",
                directory.resolve("out")))
        .contains("pieces and the configuration's vocab_size is 30522");
  }
}
