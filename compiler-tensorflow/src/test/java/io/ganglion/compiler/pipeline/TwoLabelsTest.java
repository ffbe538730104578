package io.ganglion.compiler.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.compiler.source.Source;
import io.ganglion.compiler.source.Sources;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.TokenizerSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwoLabelsTest {
  private static final List<String> NAMES = List.of("negative", "positive");
  private static final TokenSequence INPUT =
      new TokenSequence(new int[] {2, 9, 3}, new int[] {0, 0, 0});

  @TempDir Path temp;
  private Source score;

  /** A model of one output as one that gives a probability by a sigmoid. */
  private record Sigmoid(Source score) implements Source {
    @Override
    public Path path() {
      return score.path();
    }

    @Override
    public BertModel model() {
      BertModel m = score.model();
      Task task = new Task(m.task().kind(), m.task().pooling(), OutputActivation.SIGMOID);
      return new BertModel(
          m.dimensions(),
          task,
          m.activation(),
          m.layerNormEpsilon(),
          m.words(),
          m.positions(),
          m.segments(),
          m.embeddingsNorm(),
          m.projection(),
          m.layers(),
          m.head());
    }

    @Override
    public Oracle oracle() {
      return new Oracle() {
        @Override
        public String runtime() {
          return "none";
        }

        @Override
        public int fixedLength() {
          return 0;
        }

        @Override
        public Answers answer(List<TokenSequence> inputs, Progress progress) {
          return new Answers(List.of(new float[] {2}), List.of(new float[] {0.88f}));
        }
      };
    }

    @Override
    public Optional<GraphSize> graphSize() {
      return Optional.empty();
    }

    @Override
    public Optional<TokenizerSpec> tokenizer(@Nullable Path given, boolean lowerCase)
        throws CompileException {
      return score.tokenizer(given, lowerCase);
    }

    @Override
    public Optional<List<String>> labels() {
      return Optional.empty();
    }
  }

  @BeforeEach
  void writeAModelOfOneOutput() throws Exception {
    Path sample =
        Samples.write(
            temp.resolve("sample"),
            SampleConfig.of(Samples.dimensions(1, 64, 2, 64), 1, 64, Activation.GELU_TANH, 7));
    score = Sources.installed().open(sample, null, Progress.SILENT);
  }

  @Test
  void oneProbabilityIsTheSecondOfTwoAndTheWeightsGiveIt() throws Exception {
    Source one = new Sigmoid(score);
    Source two = TwoLabels.named(one, NAMES);

    assertThat(two.model().task().output()).isEqualTo(OutputActivation.SOFTMAX);
    assertThat(two.model().outputWidth()).isEqualTo(2);
    Oracle.Answers answers = two.oracle().answer(List.of(INPUT), Progress.SILENT);
    assertThat(answers.outputs().get(0)).containsExactly(0, 2);
    assertThat(answers.answers().get(0)).containsExactly(1 - 0.88f, 0.88f);
    assertThat(OutputActivation.SOFTMAX.apply(answers.outputs().get(0)))
        .containsExactly(
            new float[] {0.1192f, 0.8808f}, within(1e-4f)); // the sigmoid of 2 is 0.8808
    var last = one.model().head().get(one.model().head().size() - 1).dense();
    var wide = two.model().head().get(two.model().head().size() - 1).dense();
    float[] own = last.kernel().read();
    float[] both = wide.kernel().read();
    for (int i = 0; i < own.length; i++) {
      assertThat(both[2 * i]).isZero();
      assertThat(both[2 * i + 1]).isEqualTo(own[i]);
    }
    assertThat(wide.bias().read()).containsExactly(0, last.bias().read()[0]);
  }

  @Test
  void aScoreAndASingleNameStayAsTheyAre() {
    assertThat(TwoLabels.named(score, NAMES)).isSameAs(score);
    Source one = new Sigmoid(score);
    assertThat(TwoLabels.named(one, List.of("positive"))).isSameAs(one);
  }
}
