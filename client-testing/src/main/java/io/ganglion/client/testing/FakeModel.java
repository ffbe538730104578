package io.ganglion.client.testing;

import io.ganglion.proto.v1.Backend;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.Limits;
import io.ganglion.proto.v1.ModelDimensions;
import io.ganglion.proto.v1.Task;
import java.util.List;

/**
 * What a fake says that it serves.
 *
 * @param labels in index order; none for vectors
 * @param task kind of answers
 * @param dimensions of a vector; 0 for other tasks
 */
record FakeModel(List<String> labels, Task.Kind task, int dimensions) {
  FakeModel {
    labels = List.copyOf(labels);
    if (labels.isEmpty() && dimensions < 1) {
      throw new IllegalArgumentException("a model needs at least one label or dimension");
    }
  }

  static FakeModel classifying(List<String> labels) {
    return new FakeModel(labels, Task.Kind.SEQUENCE_CLASSIFICATION, 0);
  }

  static FakeModel embedding(int dimensions) {
    return new FakeModel(List.of(), Task.Kind.SEQUENCE_EMBEDDING, dimensions);
  }

  static FakeModel tagging(List<String> labels) {
    return new FakeModel(labels, Task.Kind.TOKEN_CLASSIFICATION, 0);
  }

  GetModelResponse response() {
    return GetModelResponse.newBuilder()
        .setName("fake")
        .addAllLabels(labels)
        .setPrecision("fp32")
        .setDimensions(ModelDimensions.newBuilder().setMaxSequenceLengthTokens(512))
        .setBackend(Backend.newBuilder().setKind("fake").setCores(1))
        .setLimits(Limits.newBuilder().setItemBytes(65_536).setStreamInFlightRequests(1_000))
        .setTask(
            Task.newBuilder()
                .setKind(task)
                .setOutput(dimensions > 0 ? Task.Output.IDENTITY : Task.Output.SOFTMAX)
                .setEmbeddingDimensions(dimensions)
                .setTakesPairs(task == Task.Kind.SEQUENCE_CLASSIFICATION))
        .build();
  }
}
