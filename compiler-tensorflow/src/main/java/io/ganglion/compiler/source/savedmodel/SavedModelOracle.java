package io.ganglion.compiler.source.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.recognise.Recognised;
import io.ganglion.compiler.recognise.Recognised.Role;
import io.ganglion.compiler.savedmodel.SavedModelReader;
import io.ganglion.compiler.savedmodel.SourceModel;
import io.ganglion.compiler.savedmodel.SourceRunner;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs a SavedModel in TensorFlow, on token sequences padded as the model needs. */
public final class SavedModelOracle implements Oracle {
  private static final int BATCH = 8;

  /** The logit that stands for a probability of zero. */
  private static final double SMALLEST = 1e-30;

  private final SourceModel source;
  private final Recognised.Call call;
  private final Signature signature;
  private final OutputActivation activation;
  private final int labels;
  private final List<Long> shape;

  /** An oracle for a source in which a classifier was found. */
  static SavedModelOracle of(SourceModel source, Recognised recognised) {
    return new SavedModelOracle(
        source,
        recognised.call(),
        recognised.signature(),
        recognised.model().task().output(),
        recognised.model().outputWidth());
  }

  private SavedModelOracle(
      SourceModel source,
      Recognised.Call call,
      Signature signature,
      OutputActivation activation,
      int labels) {
    this.source = source;
    this.call = call;
    this.signature = signature;
    this.activation = activation;
    this.labels = labels;
    this.shape = inputShape();
  }

  /** An oracle for a SavedModel that was emitted for this manifest. */
  public static Oracle ofEmitted(Path directory, ModelManifest manifest) throws CompileException {
    SourceModel emitted = SavedModelReader.read(directory);
    Signature signature = emitted.signatures().get(0);
    Map<TensorRef, Role> roles =
        Map.of(
            TensorRef.of("input_ids"), Role.TOKEN_IDS,
            TensorRef.of("input_mask"), Role.MASK,
            TensorRef.of("segment_ids"), Role.SEGMENT_IDS);
    Signature.Port output =
        Objects.requireNonNull(signature.outputs().get("probabilities"), "probabilities");
    return new SavedModelOracle(
        emitted,
        new Recognised.Call(roles, output, null, false, true),
        signature,
        manifest.task().output(),
        manifest.labels().size());
  }

  @Override
  public String runtime() {
    return "TensorFlow";
  }

  @Override
  public int fixedLength() {
    return shape.size() == 2 && shape.get(1) > 0 ? Math.toIntExact(shape.get(1)) : 0;
  }

  private List<Long> inputShape() {
    for (Map.Entry<TensorRef, Role> entry : call.roles().entrySet()) {
      if (entry.getValue() == Role.TOKEN_IDS) {
        for (Signature.Port port : signature.inputs().values()) {
          if (port.flat().equals(entry.getKey()) && port.known()) {
            return port.shape();
          }
        }
        List<Long> declared = source.graph().node(entry.getKey()).shape();
        return declared == null ? List.of() : declared;
      }
    }
    return List.of();
  }

  @Override
  public Answers answer(List<TokenSequence> inputs, Progress progress) throws CompileException {
    int fixed = !shape.isEmpty() && shape.get(0) > 0 ? Math.toIntExact(shape.get(0)) : 0;
    // A model that does not mask padding is run without it, one input at a time.
    int batch = !call.masksPadding() ? 1 : fixed > 0 ? fixed : BATCH;
    List<float[]> logits = new ArrayList<>();
    List<float[]> probabilities = new ArrayList<>();
    try (SourceRunner runner = SourceRunner.open(source.path(), source.tags())) {
      for (int start = 0; start < inputs.size(); start += batch) {
        int count = Math.min(batch, inputs.size() - start);
        List<TokenSequence> part = new ArrayList<>(inputs.subList(start, start + count));
        while (part.size() < fixed) {
          part.add(part.get(0));
        }
        run(runner, part, count, logits, probabilities);
        progress.at(logits.size(), inputs.size());
      }
    }
    return new Answers(logits, probabilities);
  }

  private void run(
      SourceRunner runner,
      List<TokenSequence> batch,
      int count,
      List<float[]> logits,
      List<float[]> probabilities)
      throws CompileException {
    List<TensorRef> fetches = new ArrayList<>(List.of(call.output().tensor()));
    TensorRef logitsTensor = call.logits();
    boolean apart = logitsTensor != null && !logitsTensor.equals(call.output().tensor());
    if (apart) {
      fetches.add(logitsTensor);
    }
    List<float[]> results = runner.run(feeds(batch), fetches);
    for (float[] result : results) {
      if (result.length != batch.size() * labels) {
        throw new CompileException(
            "The source gives "
                + result.length
                + " values for "
                + batch.size()
                + " inputs with "
                + labels
                + " labels each.");
      }
    }
    for (int row = 0; row < count; row++) {
      float[] output = Arrays.copyOfRange(results.get(0), row * labels, (row + 1) * labels);
      float[] raw =
          apart
              ? Arrays.copyOfRange(results.get(1), row * labels, (row + 1) * labels)
              : call.outputIsLogits() ? output : inverse(activation, output);
      logits.add(raw);
      probabilities.add(call.outputIsLogits() ? activation.apply(output) : output);
    }
  }

  private static float[] inverse(OutputActivation activation, float[] output) {
    float[] logits = new float[output.length];
    for (int i = 0; i < output.length; i++) {
      double p = Math.max(SMALLEST, output[i]);
      logits[i] =
          switch (activation) {
            case SOFTMAX -> (float) Math.log(p);
            case SIGMOID -> (float) (Math.log(p) - Math.log(Math.max(SMALLEST, 1 - p)));
            case IDENTITY, L2_NORM -> output[i];
          };
    }
    return logits;
  }

  private Map<TensorRef, SourceRunner.Feed> feeds(List<TokenSequence> batch) {
    int length = fixedLength();
    if (length == 0) {
      length = batch.stream().mapToInt(TokenSequence::length).max().orElse(1);
    }
    Map<TensorRef, SourceRunner.Feed> feeds = new LinkedHashMap<>();
    for (Map.Entry<TensorRef, Role> entry : call.roles().entrySet()) {
      TensorRef input = entry.getKey();
      long[] sizes = {batch.size(), length};
      if (entry.getValue() == Role.IGNORED) {
        sizes = sizes(input, sizes);
      }
      int[] values = new int[elements(sizes)];
      for (int row = 0; row < batch.size() && entry.getValue() != Role.IGNORED; row++) {
        fill(values, row * length, batch.get(row), entry.getValue());
      }
      feeds.put(input, new SourceRunner.Feed(type(input), sizes, values));
    }
    return feeds;
  }

  /**
   * The shape that the signature declares, if it does, with the batch's sizes in place of unknown
   * ones.
   */
  private long[] sizes(TensorRef input, long[] usual) {
    for (Signature.Port port : signature.inputs().values()) {
      if (port.flat().equals(input) && port.known()) {
        long[] sizes = new long[port.shape().size()];
        for (int axis = 0; axis < sizes.length; axis++) {
          long declared = port.shape().get(axis);
          sizes[axis] = declared >= 0 ? declared : usual[Math.min(axis, usual.length - 1)];
        }
        return sizes;
      }
    }
    return usual;
  }

  private static int elements(long[] sizes) {
    long elements = 1;
    for (long size : sizes) {
      elements = Math.multiplyExact(elements, size);
    }
    return Math.toIntExact(elements);
  }

  private ElementType type(TensorRef input) {
    Node node = source.graph().node(input);
    ElementType type = node.type("dtype");
    return type == null ? ElementType.INT64 : type;
  }

  private static void fill(int[] values, int at, TokenSequence sequence, Role role) {
    switch (role) {
      case TOKEN_IDS -> System.arraycopy(sequence.inputIds(), 0, values, at, sequence.length());
      case SEGMENT_IDS -> System.arraycopy(sequence.segmentIds(), 0, values, at, sequence.length());
      case MASK -> Arrays.fill(values, at, at + sequence.length(), 1);
      case IGNORED -> {}
    }
  }
}
