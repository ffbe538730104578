package io.ganglion.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.Task.Kind;
import org.junit.jupiter.api.Test;

class TaskTest {
  @Test
  void onlyLabelsOfTokensHaveARowForEachToken() {
    assertThat(Task.tokens().rows(3, 50)).isEqualTo(50);
    assertThat(Task.classification(OutputActivation.SOFTMAX).rows(3, 50)).isEqualTo(3);
    assertThat(Task.embedding(Pooling.MAX, true).rows(3, 50)).isEqualTo(3);
  }

  @Test
  void whatDoesNotFitTheKindIsRefused() {
    refuses(Kind.SEQUENCE_CLASSIFICATION, Pooling.NONE, OutputActivation.SOFTMAX);
    refuses(Kind.SEQUENCE_CLASSIFICATION, Pooling.FIRST, OutputActivation.L2_NORM);
    refuses(Kind.SEQUENCE_EMBEDDING, Pooling.NONE, OutputActivation.L2_NORM);
    refuses(Kind.SEQUENCE_EMBEDDING, Pooling.MEAN, OutputActivation.SOFTMAX);
    refuses(Kind.SEQUENCE_EMBEDDING, Pooling.MEAN, OutputActivation.SIGMOID);
    refuses(Kind.TOKEN_CLASSIFICATION, Pooling.FIRST, OutputActivation.SOFTMAX);
    refuses(Kind.TOKEN_CLASSIFICATION, Pooling.NONE, OutputActivation.IDENTITY);
  }

  private static void refuses(Kind kind, Pooling pooling, OutputActivation output) {
    assertThatThrownBy(() -> new Task(kind, pooling, output))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(kind.toString());
  }

  @Test
  void aVectorIsBroughtToTheLengthOneAndAZeroVectorStaysZero() {
    ModelManifest manifest = TestArtifacts.tiny().embedding(Pooling.MEAN, true).manifest();
    float[] outputs = new float[32];
    outputs[0] = 3;
    outputs[31] = -4;
    float[] unit = manifest.answer(outputs);
    assertThat(unit[0]).isCloseTo(0.6f, offset(1e-7f));
    assertThat(unit[31]).isCloseTo(-0.8f, offset(1e-7f));
    assertThat(outputs[0]).isEqualTo(3);
    assertThat(manifest.answer(new float[32])).containsOnly(0);
  }

  @Test
  void eachTokenHasProbabilitiesOfItsOwn() {
    ModelManifest manifest = TestArtifacts.tiny().tokens("O", "PER").manifest();
    float[] answer = manifest.answer(new float[] {0, 0, 9, -9, -9, 9});
    assertThat(answer).hasSize(6);
    assertThat(answer[0]).isEqualTo(0.5f);
    assertThat(answer[2] + answer[3]).isCloseTo(1, offset(1e-6f));
    assertThat(answer[2]).isGreaterThan(0.999f);
    assertThat(answer[5]).isGreaterThan(0.999f);
  }

  @Test
  void theLowerBoundOfAnActivationIsOne() {
    for (Activation activation : Activation.values()) {
      for (float x = -20; x < 20; x += 1f / 64) {
        assertThat(value(activation, x)).isGreaterThanOrEqualTo(activation.lowest());
      }
    }
  }

  private static double value(Activation activation, double x) {
    return switch (activation) {
      case NONE -> x;
      case TANH -> Math.tanh(x);
      case RELU -> Math.max(0, x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SILU -> x / (1 + Math.exp(-x));
      case GELU_SIGMOID -> x / (1 + Math.exp(-1.702 * x));
      case GELU_ERF, GELU_TANH ->
          x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    };
  }
}
