package io.ganglion.compiler.source.onnx;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.onnx.OnnxGraph;
import io.ganglion.compiler.onnx.run.Tensor;
import io.ganglion.compiler.recognise.Recognised;
import io.ganglion.compiler.recognise.Recognised.Role;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.text.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs the graph of an ONNX file in double precision, one input at a time and without padding where
 * the graph allows it. Inputs are spread over the processors.
 */
final class OnnxOracle implements Oracle {
  /** Inputs between two reports of progress, for each processor. */
  private static final int GROUP = 4;

  /** The logit that stands for a probability of zero. */
  private static final double SMALLEST = 1e-30;

  private final ReadGraph read;
  private final Recognised recognised;
  private final Map<String, Role> roles = new HashMap<>();
  private final String output;
  private final List<Long> shape;

  OnnxOracle(ReadGraph read, Signature signature, Recognised recognised) {
    this.read = read;
    this.recognised = recognised;
    this.output = name(signature.outputs(), recognised.call().output().flat());
    recognised
        .call()
        .roles()
        .forEach((ref, role) -> roles.put(name(signature.inputs(), ref), role));
    this.shape =
        read.model().graph().inputs().stream()
            .filter(input -> roles.get(input.name()) == Role.TOKEN_IDS)
            .map(OnnxGraph.Value::shape)
            .findFirst()
            .orElse(List.of());
  }

  /** The name that the caller gives to a tensor. */
  private static String name(Map<String, Signature.Port> ports, TensorRef flat) {
    return ports.entrySet().stream()
        .filter(entry -> entry.getValue().flat().equals(flat))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No port of the model is " + flat + "."));
  }

  @Override
  public String runtime() {
    return "double precision";
  }

  @Override
  public int fixedLength() {
    return fixed(1);
  }

  private int fixed(int axis) {
    return shape.size() == 2 && shape.get(axis) > 0 ? Math.toIntExact(shape.get(axis)) : 0;
  }

  /** What one input gives: a result, or why there is none. */
  private record Given(Optional<float[]> rows, Optional<CompileException> failure) {}

  @Override
  public Answers answer(List<TokenSequence> inputs, Progress progress) throws CompileException {
    List<float[]> outputs = new ArrayList<>();
    List<float[]> answers = new ArrayList<>();
    Task task = recognised.model().task();
    int width = recognised.model().outputWidth();
    int group = GROUP * Runtime.getRuntime().availableProcessors();
    for (int start = 0; start < inputs.size(); start += group) {
      List<TokenSequence> part = inputs.subList(start, Math.min(inputs.size(), start + group));
      Stream<Given> given =
          IntStream.range(0, part.size()).parallel().mapToObj(i -> run(part.get(i)));
      for (Given one : given.toList()) {
        if (one.failure().isPresent()) {
          throw one.failure().get();
        }
        float[] rows = one.rows().orElseThrow();
        boolean raw = recognised.call().outputIsLogits();
        outputs.add(raw ? rows : inverse(task.output(), rows));
        answers.add(raw ? task.output().apply(rows, width) : rows);
      }
      progress.at(outputs.size(), inputs.size());
    }
    return new Answers(outputs, answers);
  }

  private Given run(TokenSequence input) {
    try {
      Tensor result = read.run().run(feeds(input)).get(output);
      if (result == null) {
        throw new CompileException(read.model().file() + " gives no output " + output + ".");
      }
      return new Given(Optional.of(rows(result, input.length())), Optional.empty());
    } catch (CompileException e) {
      return new Given(Optional.empty(), Optional.of(e));
    }
  }

  /** The rows that the head gives for the first text of the batch. */
  private float[] rows(Tensor result, int tokens) throws CompileException {
    Task task = recognised.model().task();
    int width = recognised.model().outputWidth();
    boolean perToken = task.kind() != Task.Kind.SEQUENCE_CLASSIFICATION;
    int batch = Math.max(1, fixed(0));
    int length = fixedLength() > 0 ? fixedLength() : tokens;
    int expected = batch * width * (perToken ? length : 1);
    if (result.elements() != expected) {
      throw new CompileException(
          "%s gives %d values for %d tokens where %d are expected."
              .formatted(read.model().file(), result.elements(), tokens, expected));
    }
    int count = perToken ? tokens : 1;
    double[][] rows = new double[count][width];
    for (int row = 0; row < count; row++) {
      for (int column = 0; column < width; column++) {
        rows[row][column] = result.real(row * width + column);
      }
    }
    double[][] pooled =
        switch (task.pooling()) {
          case NONE -> rows;
          case FIRST -> new double[][] {rows[0]};
          case MEAN -> new double[][] {mean(rows)};
          case MAX -> new double[][] {largest(rows)};
        };
    float[] flat = new float[pooled.length * width];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) pooled[i / width][i % width];
    }
    return flat;
  }

  private static double[] mean(double[][] rows) {
    double[] mean = new double[rows[0].length];
    for (double[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += row[i] / rows.length;
      }
    }
    return mean;
  }

  private static double[] largest(double[][] rows) {
    double[] largest = rows[0].clone();
    for (double[] row : rows) {
      for (int i = 0; i < largest.length; i++) {
        largest[i] = Math.max(largest[i], row[i]);
      }
    }
    return largest;
  }

  private Map<String, Tensor> feeds(TokenSequence input) {
    int batch = Math.max(1, fixed(0));
    int length = fixedLength() > 0 ? fixedLength() : input.length();
    Map<String, Tensor> feeds = new HashMap<>();
    for (OnnxGraph.Value port : read.model().graph().inputs()) {
      Role role = roles.getOrDefault(port.name(), Role.IGNORED);
      int[] sizes = role == Role.IGNORED ? sizes(port, batch, length) : new int[] {batch, length};
      long[] values = new long[Arrays.stream(sizes).reduce(1, Math::multiplyExact)];
      for (int row = 0; row < batch && role != Role.IGNORED; row++) {
        fill(values, row * length, input, role);
      }
      feeds.put(
          port.name(),
          port.type().isReal()
              ? Tensor.reals(sizes, Arrays.stream(values).asDoubleStream().toArray())
              : Tensor.integers(sizes, values));
    }
    return feeds;
  }

  /** The declared sizes, with those of the batch in place of unknown ones. */
  private static int[] sizes(OnnxGraph.Value port, int batch, int length) {
    if (!port.known()) {
      return new int[] {batch, length};
    }
    int[] sizes = new int[port.shape().size()];
    for (int axis = 0; axis < sizes.length; axis++) {
      long declared = port.shape().get(axis);
      sizes[axis] = declared >= 0 ? Math.toIntExact(declared) : axis == 0 ? batch : length;
    }
    return sizes;
  }

  private static void fill(long[] values, int at, TokenSequence input, Role role) {
    int[] ids = input.inputIds();
    int[] segments = input.segmentIds();
    for (int i = 0; i < input.length(); i++) {
      values[at + i] =
          switch (role) {
            case TOKEN_IDS -> ids[i];
            case SEGMENT_IDS -> segments[i];
            case MASK -> 1;
            case IGNORED -> 0;
          };
    }
  }

  private static float[] inverse(OutputActivation activation, float[] answer) {
    float[] logits = new float[answer.length];
    for (int i = 0; i < answer.length; i++) {
      double p = Math.max(SMALLEST, answer[i]);
      logits[i] =
          switch (activation) {
            case SOFTMAX -> (float) Math.log(p);
            case SIGMOID -> (float) (Math.log(p) - Math.log(Math.max(SMALLEST, 1 - p)));
            case IDENTITY, L2_NORM -> answer[i];
          };
    }
    return logits;
  }
}
