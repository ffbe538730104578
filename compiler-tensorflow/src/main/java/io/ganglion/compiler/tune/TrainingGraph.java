package io.ganglion.compiler.tune;

import io.ganglion.compiler.tune.AdamRecipe.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.op.train.Restore;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * The graph of a training run: variables, a step, an evaluation, saving and restoring. It only
 * describes them; {@link TrainingSession} runs them. Not thread-safe.
 */
final class TrainingGraph implements AutoCloseable {
  private static final String ADAM_MEAN = "/adam_m";
  private static final String ADAM_SQUARE = "/adam_v";
  static final String GLOBAL_STEP = "global_step";

  final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final List<Slot> slots = new ArrayList<>();
  private final VarHandleOp globalStep;

  /** Encoded texts. Each placeholder is int32 [size, length]. */
  record Input(Placeholder<TInt32> ids, Placeholder<TInt32> mask, Placeholder<TInt32> segmentIds) {}

  /** The parts of the batch that {@link #step} trains on. TensorFlow computes them in parallel. */
  final List<Input> parts;

  /** The input of {@link #logits}. */
  final Input evaluated = input();

  /** int32 [batch]: the labels of the first part, then those of the next. */
  final Placeholder<TInt32> labels = integers(-1);

  final Placeholder<TFloat32> learningRate = scalar(TFloat32.class);

  /** int64 [2]: the run's seed and the step. */
  final Placeholder<TInt64> dropoutSeed =
      tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(2)));

  /** Path prefix of a checkpoint. */
  final Placeholder<TString> checkpoint = scalar(TString.class);

  /** Mean loss of a batch in training. */
  final Operand<TFloat32> loss;

  /** Norm of all gradients of a step, before clipping. */
  final Operand<TFloat32> gradientNorm;

  /** Updates every parameter once and counts the step. */
  final Op step;

  /** Logits [batch, labels] without dropout. */
  final Operand<TFloat32> logits;

  /** The step counter, int64. */
  final Operand<TInt64> stepsDone;

  /** Writes everything to {@link #checkpoint}. */
  final Op save;

  /** Reads everything from {@link #checkpoint}. */
  final Op restore;

  /** Sets every parameter to the value fed for it, and running means and counter to 0. */
  final Op initialize;

  /** The values that {@link #initialize} sets. */
  final Map<String, Placeholder<TFloat32>> initialValues = new LinkedHashMap<>();

  /**
   * @param partCount number of parts in which a training batch is fed
   */
  TrainingGraph(BertConfig config, int labelCount, int partCount) {
    parts = Stream.generate(this::input).limit(partCount).toList();
    globalStep = handle(TInt64.class, Shape.scalar(), GLOBAL_STEP);
    Map<String, Operand<TFloat32>> values = new LinkedHashMap<>();
    for (Parameter parameter : Parameter.of(config, labelCount)) {
      Slot slot = slot(parameter);
      slots.add(slot);
      values.put(parameter.name(), tf.readVariableOp(slot.value(), TFloat32.class));
    }
    Dropout dropout = new Dropout(tf, dropoutSeed);
    BertForward<TFloat32> training = new BertForward<>(tf, TFloat32.class, config, values, dropout);
    List<Operand<TFloat32>> answers = parts.stream().map(part -> logits(training, part)).toList();
    loss = Losses.crossEntropy(tf, rows(answers), labels, labelCount, TFloat32.class);
    List<Operand<TFloat32>> gradients =
        Losses.gradients(graph, loss, List.copyOf(values.values()), TFloat32.class);
    AdamRecipe adam = new AdamRecipe(tf);
    gradientNorm = adam.globalNorm(gradients, TFloat32.class);
    List<Op> updates = new ArrayList<>(adam.apply(slots, gradients, gradientNorm, learningRate));
    updates.add(tf.assignAddVariableOp(globalStep, tf.constant(1L)));
    step = tf.withControlDependencies(updates).noOp();
    logits = logits(new BertForward<>(tf, TFloat32.class, config, values, null), evaluated);
    stepsDone = tf.readVariableOp(globalStep, TInt64.class);
    save = saveAll();
    restore = restoreAll();
    initialize = initializeAll();
  }

  private static Operand<TFloat32> logits(BertForward<TFloat32> forward, Input input) {
    return forward.logits(input.ids, input.mask, input.segmentIds);
  }

  /** The rows of all tables. TensorFlow can concatenate only two or more. */
  private Operand<TFloat32> rows(List<Operand<TFloat32>> tables) {
    return tables.size() == 1 ? tables.get(0) : tf.concat(tables, tf.constant(0));
  }

  private Slot slot(Parameter parameter) {
    Shape shape = shape(parameter);
    return new Slot(
        parameter,
        handle(TFloat32.class, shape, parameter.name()),
        handle(TFloat32.class, shape, parameter.name() + ADAM_MEAN),
        handle(TFloat32.class, shape, parameter.name() + ADAM_SQUARE));
  }

  /** All variables of a checkpoint, by name. */
  private Map<String, VarHandleOp> variables() {
    Map<String, VarHandleOp> all = new LinkedHashMap<>();
    for (Slot slot : slots) {
      String name = slot.parameter().name();
      all.put(name, slot.value());
      all.put(name + ADAM_MEAN, slot.mean());
      all.put(name + ADAM_SQUARE, slot.square());
    }
    all.put(GLOBAL_STEP, globalStep);
    return all;
  }

  private Op saveAll() {
    Map<String, VarHandleOp> variables = variables();
    List<Operand<?>> tensors = new ArrayList<>();
    variables.forEach((name, handle) -> tensors.add(tf.readVariableOp(handle, type(name))));
    return tf.train.save(checkpoint, names(variables), wholes(variables), tensors);
  }

  private Op restoreAll() {
    Map<String, VarHandleOp> variables = variables();
    List<Class<? extends TType>> types = new ArrayList<>();
    variables.keySet().forEach(name -> types.add(type(name)));
    Restore read = tf.train.restore(checkpoint, names(variables), wholes(variables), types);
    List<Op> assigned = new ArrayList<>();
    int index = 0;
    for (VarHandleOp handle : variables.values()) {
      assigned.add(tf.assignVariableOp(handle, read.tensors().get(index++)));
    }
    return tf.withControlDependencies(assigned).noOp();
  }

  private Op initializeAll() {
    List<Op> assigned = new ArrayList<>();
    for (Slot slot : slots) {
      Shape shape = shape(slot.parameter());
      Placeholder<TFloat32> value = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
      initialValues.put(slot.parameter().name(), value);
      assigned.add(tf.assignVariableOp(slot.value(), value));
      for (VarHandleOp mean : List.of(slot.mean(), slot.square())) {
        assigned.add(tf.assignVariableOp(mean, tf.fill(tf.constant(shape), tf.constant(0f))));
      }
    }
    assigned.add(tf.assignVariableOp(globalStep, tf.constant(0L)));
    return tf.withControlDependencies(assigned).noOp();
  }

  private static Class<? extends TType> type(String name) {
    return name.equals(GLOBAL_STEP) ? TInt64.class : TFloat32.class;
  }

  private Operand<TString> names(Map<String, VarHandleOp> variables) {
    return tf.array(variables.keySet().toArray(new String[0]));
  }

  private Operand<TString> wholes(Map<String, VarHandleOp> variables) {
    String[] empty = new String[variables.size()];
    Arrays.fill(empty, "");
    return tf.array(empty);
  }

  private <T extends TType> VarHandleOp handle(Class<T> type, Shape shape, String name) {
    return tf.varHandleOp(type, shape, VarHandleOp.sharedName(name));
  }

  private Input input() {
    return new Input(integers(-1, -1), integers(-1, -1), integers(-1, -1));
  }

  private Placeholder<TInt32> integers(long... sizes) {
    return tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(sizes)));
  }

  private <T extends TType> Placeholder<T> scalar(Class<T> type) {
    return tf.placeholder(type, Placeholder.shape(Shape.scalar()));
  }

  private static Shape shape(Parameter parameter) {
    return Shape.of(parameter.shape().stream().mapToLong(Integer::longValue).toArray());
  }

  @Override
  public void close() {
    graph.close();
  }
}
