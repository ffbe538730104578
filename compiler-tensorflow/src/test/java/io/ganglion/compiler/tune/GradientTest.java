package io.ganglion.compiler.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.runtime.model.Activation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat64;

/**
 * Compares every parameter's gradient with finite differences, in double precision, with dropout.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GradientTest {
  private static final int LABELS = 3;
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-6;

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Map<String, Operand<TFloat64>> placeholders = new LinkedHashMap<>();
  private final Map<String, double[]> values = new LinkedHashMap<>();
  private final Map<String, double[]> gradients = new LinkedHashMap<>();
  private Operand<TFloat64> loss;
  private Session session;

  Activation gelu() {
    return Activation.GELU_TANH;
  }

  private static BertConfig model(Activation gelu) {
    return new BertConfig(11, 8, 2, 2, 12, 6, 2, gelu, 0.2, 0.3, 0.3);
  }

  @BeforeAll
  void buildOnce() {
    BertConfig model = model(gelu());
    SplittableRandom random = new SplittableRandom(5);
    for (Parameter parameter : Parameter.of(model, LABELS)) {
      Shape shape = Shape.of(parameter.shape().stream().mapToLong(Integer::longValue).toArray());
      placeholders.put(parameter.name(), tf.placeholder(TFloat64.class, Placeholder.shape(shape)));
      values.put(parameter.name(), random.doubles(parameter.elements(), -0.7, 0.9).toArray());
    }
    Dropout dropout = new Dropout(tf, tf.constant(new long[] {3, 4}));
    Operand<TFloat64> logits =
        new BertForward<>(tf, TFloat64.class, model, placeholders, dropout)
            .logits(
                tf.constant(new int[][] {{2, 5, 7, 3, 10}, {2, 9, 3, 0, 0}, {2, 4, 4, 6, 3}}),
                tf.constant(new int[][] {{1, 1, 1, 1, 1}, {1, 1, 1, 0, 0}, {1, 1, 1, 1, 1}}),
                tf.constant(new int[][] {{0, 0, 1, 1, 1}, {0, 1, 1, 0, 0}, {0, 0, 0, 1, 1}}));
    loss =
        Losses.crossEntropy(tf, logits, tf.constant(new int[] {0, 2, 1}), LABELS, TFloat64.class);
    List<Operand<TFloat64>> symbolic =
        Losses.gradients(graph, loss, List.copyOf(placeholders.values()), TFloat64.class);
    session = new Session(graph);
    List<String> names = List.copyOf(placeholders.keySet());
    List<double[]> all = run(symbolic, values);
    for (int i = 0; i < names.size(); i++) {
      gradients.put(names.get(i), all.get(i));
    }
  }

  @AfterAll
  void close() {
    session.close();
    graph.close();
  }

  static List<String> parameters() {
    return Parameter.of(model(Activation.GELU_TANH), LABELS).stream().map(Parameter::name).toList();
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void theGradientIsTheSlopeOfTheLoss(String name) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    for (int trial = 0; trial < 3; trial++) {
      double[] direction = random.doubles(values.get(name).length, -1, 1).toArray();
      double slope = (lossAt(name, direction, STEP) - lossAt(name, direction, -STEP)) / (2 * STEP);
      double expected = 0;
      for (int i = 0; i < direction.length; i++) {
        expected += direction[i] * gradients.get(name)[i];
      }
      assertThat(expected)
          .as(name)
          .isCloseTo(slope, within(TOLERANCE * Math.max(1, Math.abs(slope))));
    }
  }

  @Test
  void gradientsAreNotAllNothing() {
    // A key's bias shifts all scores of a query equally, so the softmax does not change.
    gradients.forEach(
        (name, gradient) -> {
          if (!name.endsWith("key/bias")) {
            assertThat(Arrays.stream(gradient).map(Math::abs).max().orElseThrow())
                .as(name)
                .isGreaterThan(1e-6);
          }
        });
  }

  private double lossAt(String name, double[] direction, double step) {
    Map<String, double[]> moved = new LinkedHashMap<>(values);
    double[] value = values.get(name).clone();
    for (int i = 0; i < value.length; i++) {
      value[i] += step * direction[i];
    }
    moved.put(name, value);
    return run(List.of(loss), moved).get(0)[0];
  }

  private List<double[]> run(List<Operand<TFloat64>> fetches, Map<String, double[]> at) {
    List<TFloat64> fed = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      placeholders.forEach(
          (name, placeholder) -> {
            TFloat64 tensor =
                TFloat64.tensorOf(
                    placeholder.asOutput().shape(), DataBuffers.of(at.get(name), true, false));
            fed.add(tensor);
            runner.feed(placeholder, tensor);
          });
      fetches.forEach(runner::fetch);
      List<double[]> results = new ArrayList<>();
      try (Result result = runner.run()) {
        for (int i = 0; i < fetches.size(); i++) {
          TFloat64 tensor = (TFloat64) result.get(i);
          double[] copy = new double[(int) tensor.size()];
          tensor.asRawTensor().data().asDoubles().read(copy);
          results.add(copy);
        }
      }
      return results;
    } finally {
      fed.forEach(TFloat64::close);
    }
  }
}
