package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.source.AssumedPooling;
import io.ganglion.compiler.source.huggingface.ModelConfig.Problem;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What follows the encoder.
 *
 * @param task what the model answers
 * @param steps dense layers, in order
 * @param labels names of the answer's columns; none for an embedding
 */
record HeadPlan(Task task, List<Step> steps, List<String> labels) {
  /**
   * A dense layer.
   *
   * @param name its name in manifests
   * @param weights hold its tensors
   * @param tensor what its tensors' names begin with
   * @param inputs columns read
   * @param outputs columns written
   * @param bias whether it has one
   * @param activation applied last
   */
  record Step(
      String name,
      Checkpoint weights,
      String tensor,
      int inputs,
      int outputs,
      boolean bias,
      Activation activation) {
    /** The matrix, [outputs, inputs]. */
    Checkpoint.Tensor kernel() throws CompileException {
      return weights.tensor(tensor + ".weight", outputs, inputs);
    }

    /** The bias, [outputs]; empty if there is none. */
    Optional<Checkpoint.Tensor> offset() throws CompileException {
      return bias ? Optional.of(weights.tensor(tensor + ".bias", outputs)) : Optional.empty();
    }
  }

  HeadPlan {
    steps = List.copyOf(steps);
    labels = List.copyOf(labels);
  }

  /** The head that a class of transformers has. */
  static HeadPlan of(ModelConfig config, SentenceSettings settings, Checkpoint weights, Fields file)
      throws CompileException {
    return switch (config.headClass()) {
      case "ForSequenceClassification" ->
          new HeadPlan(
              Task.classification(output(config, settings, file)),
              sequenceSteps(config, weights),
              config.labels());
      case "ForTokenClassification" -> {
        int hidden = config.encoder().hidden();
        yield new HeadPlan(
            Task.tokens(),
            List.of(
                step(0, weights, "classifier", hidden, config.labels().size(), Activation.NONE)),
            config.labels());
      }
      case ModelConfig.NO_HEAD ->
          new HeadPlan(Task.embedding(AssumedPooling.POOLING, false), List.of(), List.of());
      default ->
          throw new CompileException(
              ("%s: the architecture %s has no head that is served; it may be for sequence or token"
                      + " classification, or the encoder alone.")
                  .formatted(file.where(), config.architecture()));
    };
  }

  private static List<Step> sequenceSteps(ModelConfig config, Checkpoint weights) {
    int hidden = config.encoder().hidden();
    int labels = config.labels().size();
    return switch (config.encoder().family()) {
      case BERT ->
          List.of(
              new Step(
                  HeadLayer.POOLER, weights, "pooler.dense", hidden, hidden, true, Activation.TANH),
              step(0, weights, "classifier", hidden, labels, Activation.NONE));
      case DISTILBERT ->
          List.of(
              step(0, weights, "pre_classifier", hidden, hidden, Activation.RELU),
              step(1, weights, "classifier", hidden, labels, Activation.NONE));
      case ROBERTA, XLM_ROBERTA -> twoDense(weights, hidden, labels, Activation.TANH);
      // transformers takes GELU here, where the authors' code has tanh.
      case ELECTRA -> twoDense(weights, hidden, labels, Activation.GELU_ERF);
    };
  }

  private static List<Step> twoDense(
      Checkpoint weights, int hidden, int labels, Activation activation) {
    return List.of(
        step(0, weights, "classifier.dense", hidden, hidden, activation),
        step(1, weights, "classifier.out_proj", hidden, labels, Activation.NONE));
  }

  private static Step step(
      int index, Checkpoint weights, String tensor, int in, int out, Activation activation) {
    return new Step("head." + index, weights, tensor, in, out, true, activation);
  }

  /**
   * As the library that saved the model answers: a cross-encoder by its activation, another model
   * as the pipelines of transformers do.
   */
  private static OutputActivation output(ModelConfig config, SentenceSettings settings, Fields file)
      throws CompileException {
    boolean single = config.labels().size() == 1;
    Optional<String> named = settings.activation().or(config::crossActivation);
    if (named.isPresent()) {
      return TorchActivation.ofScores(named.get(), file.where());
    }
    if (settings.crossEncoder() || config.crossEncoder()) {
      return single ? OutputActivation.SIGMOID : OutputActivation.IDENTITY;
    }
    if (config.problem().isEmpty()) {
      return single ? OutputActivation.SIGMOID : OutputActivation.SOFTMAX;
    }
    Problem problem = config.problem().get();
    return switch (problem) {
      case SINGLE_LABEL -> single ? OutputActivation.SIGMOID : OutputActivation.SOFTMAX;
      case MULTI_LABEL -> OutputActivation.SIGMOID;
      case REGRESSION -> OutputActivation.IDENTITY;
    };
  }

  /** The modules after the encoder of a sentence embedding. */
  static HeadPlan embedding(
      Modules modules, Pooling pooling, int hidden, WeightFiles.Conversion conversion)
      throws CompileException {
    List<Step> steps = new ArrayList<>();
    int width = hidden;
    for (Modules.DenseModule dense : modules.dense()) {
      if (dense.inputs() != width) {
        throw new CompileException(
            "%s: in_features is %d, but the module before it gives %d columns."
                .formatted(dense.folder().resolve("config.json"), dense.inputs(), width));
      }
      Checkpoint weights = Checkpoint.open(dense.folder(), "", conversion);
      steps.add(
          new Step(
              "head." + steps.size(),
              weights,
              "linear",
              dense.inputs(),
              dense.outputs(),
              dense.bias(),
              dense.activation()));
      width = dense.outputs();
    }
    return new HeadPlan(Task.embedding(pooling, modules.normalized()), steps, List.of());
  }
}
