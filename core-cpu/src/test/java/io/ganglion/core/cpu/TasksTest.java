package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.Outputs;
import io.ganglion.runtime.core.ReferenceEncoder;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the core gives for each task, measured against the reference and against itself. */
class TasksTest {
  private static final int LAST = 159;

  @TempDir Path directory;

  /** Embeddings of half the encoder's width, as ELECTRA's smaller models have them. */
  private static TestArtifacts narrow() {
    return TestArtifacts.of(new ModelDimensions(160, 64, 2, 16, 32, 2, 2, 64));
  }

  static Stream<Arguments> tasks() {
    HeadLayer dense = new HeadLayer("head.0", 32, 24, Activation.TANH);
    List<Arguments> all = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      all.add(task("first token", TestArtifacts.tiny().embedding(Pooling.FIRST, false), precision));
      all.add(task("mean", TestArtifacts.tiny().embedding(Pooling.MEAN, false), precision));
      all.add(task("max", TestArtifacts.tiny().embedding(Pooling.MAX, false), precision));
      all.add(
          task(
              "mean, dense",
              TestArtifacts.tiny().embedding(Pooling.MEAN, true).head(dense),
              precision));
      all.add(task("tokens", TestArtifacts.tiny().tokens("O", "PER", "LOC"), precision));
      all.add(task("narrow embeddings", narrow(), precision));
      all.add(
          task(
              "no pooler",
              TestArtifacts.tiny()
                  .labels("a", "b", "c")
                  .head(new HeadLayer("head.0", 32, 3, Activation.NONE)),
              precision));
    }
    return all.stream();
  }

  private static Arguments task(String name, TestArtifacts model, Precision precision) {
    return Arguments.of(name + ", " + precision, model.precision(precision).batchSize(64));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tasks")
  void outputsAreTheReferences(String name, TestArtifacts model) throws Exception {
    Path written = model.write(directory.resolve("model"));
    double tolerance =
        switch (model.manifest().precision()) {
          case FP32 -> 2e-5;
          case BF16 -> 0.12;
          case INT8 -> 0.4;
        };
    try (CpuModel cpu = CpuModel.open(written, CpuOptions.DEFAULT);
        Artifact artifact = Artifact.open(written)) {
      ReferenceEncoder reference = ReferenceEncoder.of(artifact);
      for (TokenSequence input : model.inputs(12)) {
        assertThat(cpu.outputs(input))
            .as("%d tokens", input.length())
            .containsExactly(reference.outputs(input), offset((float) tolerance));
      }
    }
  }

  /** The batches are larger than a group, so that requests also change their group. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("tasks")
  void outputsHaveTheSameBitsInAnyBatch(String name, TestArtifacts model) throws Exception {
    long seed = name.hashCode();
    Random random = new Random(seed);
    List<TokenSequence> inputs = model.inputs(50);
    try (CpuModel cpu = CpuModel.write(model, directory.resolve("model"))) {
      List<float[]> alone = new ArrayList<>();
      for (TokenSequence input : inputs) {
        alone.add(cpu.outputs(input));
      }
      for (int round = 0; round < 20; round++) {
        List<Integer> members =
            random.ints(1 + random.nextInt(64), 0, inputs.size()).boxed().toList();
        Outputs together =
            cpu.core().infer(TokenBatch.of(members.stream().map(inputs::get).toList()));
        for (int i = 0; i < members.size(); i++) {
          assertThat(together.of(i))
              .as("seed %d, round %d, request %d", seed, round, i)
              .isEqualTo(alone.get(members.get(i)));
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tasks")
  void aRequestThatOverflowsChangesNoBitOfAnother(String name, TestArtifacts model)
      throws Exception {
    List<TokenSequence> inputs = new ArrayList<>();
    for (TokenSequence input : model.overflowing(LAST).inputs(8)) {
      int[] ids = input.inputIds();
      for (int i = 0; i < ids.length; i++) {
        ids[i] %= LAST;
      }
      inputs.add(input);
    }
    TokenSequence bad = new TokenSequence(new int[] {LAST, LAST, 4}, new int[3]);
    try (CpuModel cpu = CpuModel.write(model, directory.resolve("model"))) {
      assertThat(cpu.outputs(bad)).contains(Float.NaN);
      for (TokenSequence good : inputs) {
        float[] alone = cpu.outputs(good);
        Outputs together = cpu.core().infer(TokenBatch.of(List.of(bad, good, bad)));
        assertThat(together.of(1)).isEqualTo(alone);
        assertThat(together.of(0)).contains(Float.NaN);
      }
    }
  }
}
