package io.ganglion.client;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;
import io.ganglion.proto.mrpc.YesNo;
import io.ganglion.proto.v1.Backend;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.ItemError;
import io.ganglion.proto.v1.Limits;
import io.ganglion.proto.v1.ModelDimensions;
import io.ganglion.proto.v1.Timings;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** The messages of a {@link ScriptedServer}. */
final class ScriptedMessages {
  private ScriptedMessages() {}

  static ClassifyResponse answer(ClassifyRequest request) {
    boolean equal = request.getTextA().equals(request.getTextB());
    return ClassifyResponse.newBuilder()
        .setLabelIndex(equal ? 1 : 0)
        .setLabel(equal ? "paraphrase" : "not_paraphrase")
        .addProbabilities(equal ? 0.25f : 0.75f)
        .addProbabilities(equal ? 0.75f : 0.25f)
        .setTimings(
            Timings.newBuilder()
                .setQueueNs(1000)
                .setInferenceNs(2000)
                .setBatchSizeRequests(1)
                .setInputTokens(request.getTextA().length() + request.getTextB().length()))
        .build();
  }

  static YesNo yesNo(boolean equal) {
    return YesNo.newBuilder()
        .setMessage(ByteString.copyFromUtf8(equal ? "paraphrase!" : "not paraphrase!"))
        .setPrediction(ByteString.copyFromUtf8(equal ? "1" : "0"))
        .build();
  }

  static GetModelResponse model() {
    return GetModelResponse.newBuilder()
        .setName("scripted")
        .addLabels("not_paraphrase")
        .addLabels("paraphrase")
        .setPrecision("fp32")
        .setDimensions(ModelDimensions.newBuilder().setMaxSequenceLengthTokens(128))
        .setBackend(Backend.newBuilder().setKind("cpu").setCores(1))
        .setLimits(Limits.newBuilder().setStreamInFlightRequests(1024))
        .build();
  }

  /** The failure of a call. */
  static StatusRuntimeException failure(ScriptedServer.Act.Fail fail) {
    Duration delay = Duration.newBuilder().setNanos(fail.retryAfterMs() * 1_000_000).build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(fail.code().value())
            .setMessage("scripted")
            .addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()))
            .build());
  }

  /** The failure of one item of a stream. */
  static ItemError error(ScriptedServer.Act.Fail fail) {
    return ItemError.newBuilder()
        .setCode(fail.code().value())
        .setMessage("scripted")
        .setRetryAfterMs(fail.retryAfterMs())
        .build();
  }
}
