package io.ganglion.client;

import com.google.protobuf.ByteString;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.Timings;

/**
 * Converts between our types and the messages of the contract. Only this class reads the fields of
 * answers.
 */
final class Wire {
  /**
   * gRPC's default limit for a message, minus our envelope. A larger message would end its stream.
   */
  private static final int MAX_ITEM_BYTES = (4 << 20) - 64;

  private Wire() {}

  static boolean tooLarge(ClassifyRequest request) {
    return request.getSerializedSize() > MAX_ITEM_BYTES;
  }

  static ClassifyRequest request(TextPair pair) {
    ClassifyRequest.Builder builder =
        ClassifyRequest.newBuilder().setTextA(ByteString.copyFromUtf8(pair.textA()));
    String textB = pair.textB();
    if (textB != null) {
      builder.setTextB(ByteString.copyFromUtf8(textB));
    }
    return builder.build();
  }

  /** Throws {@link GanglionException.Internal} where no server of ours can have sent it. */
  static Classification answer(ClassifyResponse response) {
    Timings timings = response.getTimings();
    try {
      return new Classification(
          response.getLabelIndex(),
          response.getLabel(),
          response.getProbabilitiesList(),
          timings.getQueueNs(),
          timings.getInferenceNs(),
          timings.getBatchSizeRequests(),
          timings.getCoreIndex(),
          timings.getInputTokens());
    } catch (IllegalArgumentException e) {
      throw Errors.malformed(e);
    }
  }

  /** Throws {@link GanglionException.Internal} where no server of ours can have sent it. */
  static ModelInfo model(GetModelResponse response) {
    try {
      return new ModelInfo(
          response.getName(),
          response.getDigest(),
          response.getVersion(),
          response.getLabelsList(),
          response.getPrecision(),
          response.getDimensions().getMaxSequenceLengthTokens(),
          response.getBackend().getKind(),
          response.getBackend().getCores(),
          response.getLimits().getItemBytes(),
          response.getLimits().getStreamInFlightRequests());
    } catch (IllegalArgumentException e) {
      throw Errors.malformed(e);
    }
  }
}
