package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.compiler.source.Source;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.TokenizerSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A source that gives one probability by a sigmoid, as one that chooses between two labels: no and
 * yes. The sigmoid of z is the softmax of 0 and z, so the answers are the same.
 */
record TwoLabels(Source one) implements Source {
  /**
   * The source itself, or the same with two labels if it gives one probability and two are named.
   */
  static Source named(Source source, List<String> labels) {
    BertModel model = source.model();
    boolean one =
        model.task().kind() == Task.Kind.SEQUENCE_CLASSIFICATION
            && model.task().output() == OutputActivation.SIGMOID
            && model.outputWidth() == 1;
    return one && labels.size() == 2 ? new TwoLabels(source) : source;
  }

  @Override
  public Path path() {
    return one.path();
  }

  @Override
  public BertModel model() {
    BertModel model = one.model();
    List<HeadDense> head = new ArrayList<>(model.head());
    HeadDense last = head.remove(head.size() - 1);
    head.add(new HeadDense(last.name(), beforeZero(last.dense()), last.activation()));
    Task task = model.task();
    return new BertModel(
        model.dimensions(),
        new Task(task.kind(), task.pooling(), OutputActivation.SOFTMAX),
        model.activation(),
        model.layerNormEpsilon(),
        model.words(),
        model.positions(),
        model.segments(),
        model.embeddingsNorm(),
        model.projection(),
        model.layers(),
        head);
  }

  /** The layer with a column of zeros before its own. */
  private static Dense beforeZero(Dense dense) {
    String name = dense.kernel().name();
    Weight zeros = Weight.zeros(name, dense.inputs()).reshaped(List.of(dense.inputs(), 1));
    return new Dense(
        Weight.beside(name, List.of(zeros, dense.kernel())),
        Weight.beside(dense.bias().name(), List.of(Weight.zeros(name, 1), dense.bias())));
  }

  @Override
  public Oracle oracle() {
    Oracle oracle = one.oracle();
    return new Oracle() {
      @Override
      public String runtime() {
        return oracle.runtime();
      }

      @Override
      public int fixedLength() {
        return oracle.fixedLength();
      }

      @Override
      public Answers answer(List<TokenSequence> inputs, Progress progress) throws CompileException {
        Answers answers = oracle.answer(inputs, progress);
        return new Answers(
            answers.outputs().stream().map(row -> new float[] {0, row[0]}).toList(),
            answers.answers().stream().map(row -> new float[] {1 - row[0], row[0]}).toList());
      }
    };
  }

  @Override
  public Optional<GraphSize> graphSize() {
    return one.graphSize();
  }

  @Override
  public Optional<TokenizerSpec> tokenizer(@Nullable Path given, boolean lowerCase)
      throws CompileException {
    return one.tokenizer(given, lowerCase);
  }

  @Override
  public Optional<List<String>> labels() throws CompileException {
    return one.labels();
  }

  @Override
  public OptionalInt usualLength() {
    return one.usualLength();
  }

  @Override
  public String digest(Progress progress) throws CompileException {
    return one.digest(progress);
  }
}
