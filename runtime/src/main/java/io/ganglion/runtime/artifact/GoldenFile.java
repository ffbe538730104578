package io.ganglion.runtime.artifact;

import io.ganglion.runtime.artifact.ArtifactException.Reason;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.TensorType;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code golden.safetensors}: i32 {@code offsets} [n + 1], {@code input_ids} [tokens] and {@code
 * segment_ids} [tokens], fp32 {@code logits} [n, labels]. Input i has the tokens from {@code
 * offsets[i]} to {@code offsets[i + 1]}.
 */
final class GoldenFile {
  private static final String OFFSETS = "offsets";
  private static final String INPUT_IDS = "input_ids";
  private static final String SEGMENT_IDS = "segment_ids";
  private static final String LOGITS = "logits";

  private GoldenFile() {}

  static void write(Path file, GoldenSet golden) throws ArtifactException {
    int inputs = golden.inputs().size();
    int labels = golden.logits().get(0).length;
    int[] offsets = new int[inputs + 1];
    for (int i = 0; i < inputs; i++) {
      offsets[i + 1] = Math.addExact(offsets[i], golden.inputs().get(i).length());
    }
    int tokens = offsets[inputs];
    List<TensorSpec> specs =
        List.of(
            TensorSpec.of(OFFSETS, TensorType.I32, inputs + 1),
            TensorSpec.of(INPUT_IDS, TensorType.I32, tokens),
            TensorSpec.of(SEGMENT_IDS, TensorType.I32, tokens),
            TensorSpec.of(LOGITS, TensorType.F32, inputs, labels));
    try (SafeTensorsWriter writer = SafeTensorsWriter.create(file, specs)) {
      writer.write(OFFSETS, offsets);
      for (TokenSequence input : golden.inputs()) {
        writer.write(INPUT_IDS, input.inputIds());
      }
      for (TokenSequence input : golden.inputs()) {
        writer.write(SEGMENT_IDS, input.segmentIds());
      }
      for (float[] row : golden.logits()) {
        writer.write(LOGITS, row);
      }
    }
  }

  /** Reads a golden set and checks that it fits the model. */
  static GoldenSet read(Path file, ModelManifest manifest) throws ArtifactException {
    try (SafeTensors tensors = SafeTensors.open(file)) {
      int[] offsets = tensors.ints(OFFSETS);
      int[] inputIds = tensors.ints(INPUT_IDS);
      int[] segmentIds = tensors.ints(SEGMENT_IDS);
      float[] logits = tensors.floats(LOGITS);
      int inputs = offsets.length - 1;
      int labels = manifest.labels().size();
      require(tensors.specs().size() == 4, Reason.BAD_SHAPE, file, "it holds unknown tensors");
      require(
          inputs >= 1
              && segmentIds.length == inputIds.length
              && tensors.spec(LOGITS).shape().equals(List.of(inputs, labels)),
          Reason.BAD_SHAPE,
          file,
          "its tensors do not fit each other or the " + labels + " labels");
      requireOffsets(offsets, inputIds.length, manifest.sequenceLength(), file);
      ModelDimensions dimensions = manifest.dimensions();
      requireBelow(inputIds, dimensions.vocabularySize(), INPUT_IDS, file);
      requireBelow(segmentIds, dimensions.segments(), SEGMENT_IDS, file);
      List<TokenSequence> sequences = new ArrayList<>();
      List<float[]> rows = new ArrayList<>();
      for (int i = 0; i < inputs; i++) {
        sequences.add(
            new TokenSequence(
                Arrays.copyOfRange(inputIds, offsets[i], offsets[i + 1]),
                Arrays.copyOfRange(segmentIds, offsets[i], offsets[i + 1])));
        rows.add(Arrays.copyOfRange(logits, i * labels, (i + 1) * labels));
      }
      for (float logit : logits) {
        require(Float.isFinite(logit), Reason.MALFORMED, file, "a logit is not finite");
      }
      return new GoldenSet(sequences, rows);
    }
  }

  private static void requireOffsets(int[] offsets, int tokens, int maxLength, Path file)
      throws ArtifactException {
    int last = offsets.length - 1;
    boolean valid = offsets[0] == 0 && offsets[last] == tokens;
    for (int i = 0; valid && i < last; i++) {
      long length = (long) offsets[i + 1] - offsets[i];
      valid = length >= 1 && length <= maxLength;
    }
    require(
        valid, Reason.MALFORMED, file, "an input is empty or longer than " + maxLength + " tokens");
  }

  private static void requireBelow(int[] ids, int rows, String what, Path file)
      throws ArtifactException {
    for (int id : ids) {
      require(
          id >= 0 && id < rows, Reason.MALFORMED, file, what + ": " + id + " is not in its table");
    }
  }

  private static void require(boolean condition, Reason reason, Path file, String message)
      throws ArtifactException {
    if (!condition) {
      throw new ArtifactException(reason, file + ": " + message + ".");
    }
  }
}
