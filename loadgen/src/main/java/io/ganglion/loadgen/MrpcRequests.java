package io.ganglion.loadgen;

import com.google.protobuf.ByteString;
import io.ganglion.proto.mrpc.YesNo;
import io.ganglion.proto.mrpc.mrpcGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Requests in the protocol of AWS's bert_demo, for its servers and for ours. */
final class MrpcRequests implements Requests {
  /** The texts of its answers, by label index. */
  static final List<String> LABELS = List.of("not_equivalent", "equivalent");

  private final Channel channel;
  private final Duration deadline;

  MrpcRequests(Channel channel, Duration deadline) {
    this.channel = channel;
    this.deadline = deadline;
  }

  @Override
  public Runnable send(Question question, Outcome outcome) {
    io.ganglion.api.TextPair pair = ((LabelledPair) question).pair(); // tasks have no such call
    ClientCall<io.ganglion.proto.mrpc.TextPair, YesNo> call =
        channel.newCall(
            mrpcGrpc.getParaphraseMethod(),
            CallOptions.DEFAULT.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS));
    call.start(new Reply(outcome), new Metadata());
    call.request(2); // one more than the answer, so that the status can follow it
    String textB = pair.textB();
    call.sendMessage(
        io.ganglion.proto.mrpc.TextPair.newBuilder()
            .setTextA(ByteString.copyFromUtf8(pair.textA()))
            .setTextB(ByteString.copyFromUtf8(textB == null ? "" : textB))
            .build());
    call.halfClose();
    return () -> call.cancel("cancelled here", null);
  }

  @Override
  public void close() {}

  private static final class Reply extends ClientCall.Listener<YesNo> {
    private final Outcome outcome;
    private @Nullable YesNo answer;

    Reply(Outcome outcome) {
      this.outcome = outcome;
    }

    @Override
    public void onMessage(YesNo message) {
      answer = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (status.isOk() && answer != null) {
        String prediction = answer.getPrediction().toStringUtf8();
        if (prediction.equals("0") || prediction.equals("1")) {
          outcome.answered(
              Answer.ofLabel(prediction.equals("1") ? 1 : 0, answer.getMessage().toStringUtf8()));
        } else {
          outcome.failed("DATA_LOSS", "the prediction is neither 0 nor 1: " + prediction);
        }
      } else {
        String text = status.getDescription();
        outcome.failed(status.getCode().name(), text == null ? "no description" : text);
      }
    }
  }
}
