package io.ganglion.runtime.artifact;

import io.ganglion.runtime.artifact.ArtifactException.Reason;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.TensorType;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code golden.safetensors}: i32 {@code offsets} [n + 1], {@code input_ids} [tokens] and {@code
 * segment_ids} [tokens], fp32 {@code outputs} [rows, width]. Input i has the tokens from {@code
 * offsets[i]} to {@code offsets[i + 1]}. It has one row, or one for each of its tokens.
 */
final class GoldenFile {
  private static final String OFFSETS = "offsets";
  private static final String INPUT_IDS = "input_ids";
  private static final String SEGMENT_IDS = "segment_ids";
  private static final String OUTPUTS = "outputs";

  private GoldenFile() {}

  static void write(Path file, GoldenSet golden, Task task) throws ArtifactException {
    int inputs = golden.inputs().size();
    int[] offsets = new int[inputs + 1];
    for (int i = 0; i < inputs; i++) {
      offsets[i + 1] = Math.addExact(offsets[i], golden.inputs().get(i).length());
    }
    int tokens = offsets[inputs];
    int rows = task.rows(inputs, tokens);
    int width = golden.outputs().stream().mapToInt(output -> output.length).sum() / rows;
    List<TensorSpec> specs =
        List.of(
            TensorSpec.of(OFFSETS, TensorType.I32, inputs + 1),
            TensorSpec.of(INPUT_IDS, TensorType.I32, tokens),
            TensorSpec.of(SEGMENT_IDS, TensorType.I32, tokens),
            TensorSpec.of(OUTPUTS, TensorType.F32, rows, width));
    try (SafeTensorsWriter writer = SafeTensorsWriter.create(file, specs)) {
      writer.write(OFFSETS, offsets);
      for (TokenSequence input : golden.inputs()) {
        writer.write(INPUT_IDS, input.inputIds());
      }
      for (TokenSequence input : golden.inputs()) {
        writer.write(SEGMENT_IDS, input.segmentIds());
      }
      for (float[] output : golden.outputs()) {
        writer.write(OUTPUTS, output);
      }
    }
  }

  /** Reads a golden set and checks that it fits the model. */
  static GoldenSet read(Path file, ModelManifest manifest) throws ArtifactException {
    try (SafeTensors tensors = SafeTensors.open(file)) {
      int[] offsets = tensors.ints(OFFSETS);
      int[] inputIds = tensors.ints(INPUT_IDS);
      int[] segmentIds = tensors.ints(SEGMENT_IDS);
      float[] outputs = tensors.floats(OUTPUTS);
      require(tensors.specs().size() == 4, Reason.BAD_SHAPE, file, "it holds unknown tensors");
      require(
          offsets.length >= 2 && segmentIds.length == inputIds.length,
          Reason.BAD_SHAPE,
          file,
          "its tensors do not fit each other");
      requireOffsets(offsets, inputIds.length, manifest.sequenceLength(), file);
      int rows = manifest.task().rows(offsets.length - 1, inputIds.length);
      int width = manifest.outputWidth();
      require(
          tensors.spec(OUTPUTS).shape().equals(List.of(rows, width)),
          Reason.BAD_SHAPE,
          file,
          "its outputs are not the %d rows of %d that a %s has"
              .formatted(rows, width, manifest.task().kind()));
      ModelDimensions dimensions = manifest.dimensions();
      requireBelow(inputIds, dimensions.vocabularySize(), INPUT_IDS, file);
      requireBelow(segmentIds, dimensions.segments(), SEGMENT_IDS, file);
      for (float value : outputs) {
        require(Float.isFinite(value), Reason.MALFORMED, file, "an output is not finite");
      }
      return split(offsets, inputIds, segmentIds, outputs, manifest);
    }
  }

  private static GoldenSet split(
      int[] offsets, int[] inputIds, int[] segmentIds, float[] outputs, ModelManifest manifest) {
    List<TokenSequence> sequences = new ArrayList<>();
    List<float[]> answers = new ArrayList<>();
    int at = 0;
    for (int i = 0; i + 1 < offsets.length; i++) {
      TokenSequence sequence =
          new TokenSequence(
              Arrays.copyOfRange(inputIds, offsets[i], offsets[i + 1]),
              Arrays.copyOfRange(segmentIds, offsets[i], offsets[i + 1]));
      int end = at + manifest.task().rows(1, sequence.length()) * manifest.outputWidth();
      sequences.add(sequence);
      answers.add(Arrays.copyOfRange(outputs, at, end));
      at = end;
    }
    return new GoldenSet(sequences, answers);
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
