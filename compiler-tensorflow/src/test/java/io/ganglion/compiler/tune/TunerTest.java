package io.ganglion.compiler.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunerTest {
  private static final BertConfig MODEL =
      new BertConfig(20, 8, 1, 2, 16, 16, 2, Activation.GELU_TANH, 0.1, 0.1, 0.3);
  private static final List<Example> TRAIN = examples(43, 1);
  private static final List<Example> DEV = examples(16, 2);
  // 10 steps an epoch, 25 in all, checkpoints after 3, 6, 9, 10, 12, ...
  private static final TuneConfig CONFIG = new TuneConfig(16, 4, 5e-3, 2.4, 0.1, 7, 1, 3);

  @TempDir private Path directory;

  @Test
  void trainingLearnsWhatTheLabelHangsOn() throws Exception {
    TuneConfig longer = new TuneConfig(16, 4, 5e-3, 30, 0.1, 7, 1, 1000);
    RunState state = tuner(longer, new Quiet()).run(directory, "s", TunerTest::start);

    List<Evaluation> evaluations = state.evaluations();
    assertThat(evaluations).hasSize(33);
    assertThat(state.bestEvaluation().accuracy()).isGreaterThan(0.9);
    assertThat(evaluations.get(31).loss()).isLessThan(evaluations.get(0).loss());
  }

  @Test
  void aKilledRunComesToTheSameResult() throws Exception {
    Path whole = directory.resolve("whole");
    RunState expected = tuner(CONFIG, new Quiet()).run(whole, "s", TunerTest::start);

    for (int killedAt : new int[] {5, 10}) {
      Path stopped = directory.resolve("stopped-" + killedAt);
      assertThatThrownBy(
              () -> tuner(CONFIG, new KillAt(killedAt)).run(stopped, "s", TunerTest::start))
          .isInstanceOf(Killed.class);
      RunState resumed = tuner(CONFIG, new Quiet()).run(stopped, "s", TunerTest::start);

      assertThat(resumed).as("killed after step %d", killedAt).isEqualTo(expected);
      assertThat(tensors(stopped.resolve(resumed.latest())))
          .usingRecursiveComparison()
          .isEqualTo(tensors(whole.resolve(expected.latest())));
    }
  }

  @Test
  void aRunThatIsAskedToStopEndsAfterTheStepAndGoesOnToTheSameResult() throws Exception {
    RunState expected =
        tuner(CONFIG, new Quiet()).run(directory.resolve("whole"), "s", TunerTest::start);
    Path stopped = directory.resolve("stopped");
    AtomicInteger steps = new AtomicInteger();
    RunState halted =
        new Tuner(MODEL, CONFIG, TRAIN, DEV, new Quiet(), () -> steps.incrementAndGet() == 4)
            .run(stopped, "s", TunerTest::start);

    assertThat(halted.stepsDone()).isEqualTo(4);
    assertThat(halted.latest()).isEqualTo("model.ckpt-4");
    RunState resumed = tuner(CONFIG, new Quiet()).run(stopped, "s", TunerTest::start);
    assertThat(resumed).isEqualTo(expected);
    assertThat(tensors(stopped.resolve(resumed.latest())))
        .usingRecursiveComparison()
        .isEqualTo(tensors(directory.resolve("whole").resolve(expected.latest())));
  }

  @Test
  void aFinishedRunIsNotTrainedAgain() throws Exception {
    RunState first = tuner(CONFIG, new Quiet()).run(directory, "s", TunerTest::start);
    RunState again = tuner(CONFIG, new KillAt(1)).run(directory, "s", TunerTest::start);

    assertThat(again).isEqualTo(first);
  }

  @Test
  void onlyTheLatestAndTheBestCheckpointAreKept() throws Exception {
    RunState state = tuner(CONFIG, new Quiet()).run(directory, "s", TunerTest::start);

    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".index"))
          .allMatch(
              name ->
                  name.equals(state.latest() + ".index") || name.equals(state.best() + ".index"))
          .isNotEmpty();
    }
    assertThat(Files.readString(directory.resolve("checkpoint")))
        .isEqualTo("model_checkpoint_path: \"model.ckpt-25\"\n");
  }

  @Test
  void anotherRunsDirectoryIsRefused() throws Exception {
    tuner(CONFIG, new Quiet()).run(directory, "rate 0.1", TunerTest::start);

    assertThatThrownBy(
            () -> tuner(CONFIG, new Quiet()).run(directory, "rate 0.2", TunerTest::start))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("rate 0.1")
        .hasMessageContaining("rate 0.2");
  }

  @Test
  void aLossThatIsNoNumberStopsTheRunAndKeepsTheLastGoodCheckpoint() throws Exception {
    // The first step's rate is 0: its checkpoint is good, and the next step ruins the model.
    TuneConfig wild = new TuneConfig(16, 4, 1e38, 3, 0.5, 7, 1, 1);

    assertThatThrownBy(() -> tuner(wild, new Quiet()).run(directory, "s", TunerTest::start))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("lower learning rate")
        .hasMessageContaining(
            "the last good checkpoint is " + directory.resolve("model.ckpt-1") + ".");
    assertThat(tensors(directory.resolve("model.ckpt-1")).values())
        .allSatisfy(values -> assertThat(values).doesNotContain(Float.NaN).hasSizeGreaterThan(0));
    try (TrainingSession session = new TrainingSession(MODEL, PairLabels.COUNT, 1, 1, 1)) {
      session.restore(directory.resolve("model.ckpt-1"));
      assertThat(Evaluation.of(session::logits, DEV, 1).isFinite()).isTrue();
    }
  }

  @Test
  void aCheckpointThatCannotBeWrittenLeavesTheOneBefore() throws Exception {
    Files.createDirectories(directory.resolve("model.ckpt-6.index").resolve("in-the-way"));

    assertThatThrownBy(() -> tuner(CONFIG, new Quiet()).run(directory, "s", TunerTest::start))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("model.ckpt-6 cannot be written")
        .hasMessageContaining("the last good checkpoint is " + directory.resolve("model.ckpt-3"));
    assertThat(tensors(directory.resolve("model.ckpt-3"))).isNotEmpty();
  }

  private static Tuner tuner(TuneConfig config, TuneProgress progress) {
    return new Tuner(MODEL, config, TRAIN, DEV, progress, () -> false);
  }

  private static Map<String, float[]> start() {
    return FreshWeights.of(MODEL, 3);
  }

  private static Map<String, float[]> tensors(Path prefix) throws CompileException {
    CheckpointReader reader = CheckpointReader.open(prefix);
    List<String> names =
        reader.shapes().keySet().stream()
            .filter(name -> !name.equals(TrainingGraph.GLOBAL_STEP))
            .toList();
    return reader.read(names);
  }

  /** Label 1 where token 7 occurs. */
  private static List<Example> examples(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] ids = random.ints(4 + random.nextInt(8), 8, 20).toArray();
      ids[0] = 2;
      if (i % 2 == 1) {
        ids[1 + random.nextInt(ids.length - 1)] = 7;
      }
      examples.add(new Example(new TokenSequence(ids, new int[ids.length]), i % 2));
    }
    return examples;
  }

  private static class Quiet implements TuneProgress {
    @Override
    public void note(String line) {}

    @Override
    public void resumed(Path checkpoint) {}

    @Override
    public void start(int step, int steps, int perEpoch) {}

    @Override
    public void step(int step, float stepLoss) {}

    @Override
    public void evaluated(Evaluation evaluation) {}
  }

  private static final class KillAt extends Quiet {
    private final int last;

    KillAt(int last) {
      this.last = last;
    }

    @Override
    public void step(int step, float stepLoss) {
      if (step == last) {
        throw new Killed();
      }
    }
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
