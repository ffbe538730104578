package io.ganglion.server.wire.mrpc;

import com.google.protobuf.ByteString;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.PendingRequest;
import io.ganglion.engine.model.Ability;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.proto.mrpc.TextPair;
import io.ganglion.proto.mrpc.YesNo;
import io.ganglion.proto.mrpc.mrpcGrpc;
import io.ganglion.server.grpc.ConnectionQuota;
import io.ganglion.server.grpc.Intake;
import io.ganglion.server.grpc.RequestMarshaller;
import io.ganglion.server.grpc.Texts;
import io.ganglion.server.grpc.UnaryHandler;
import io.ganglion.server.grpc.WireService;
import io.ganglion.server.grpc.WireText;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The protocol of AWS's bert_demo, for models with two labels. Stateless. */
public final class Mrpc implements WireService {
  private static final YesNo YES = answer("paraphrase!", "1");
  private static final YesNo NO = answer("not paraphrase!", "0");

  private static YesNo answer(String message, String prediction) {
    return YesNo.newBuilder()
        .setMessage(ByteString.copyFromUtf8(message))
        .setPrediction(ByteString.copyFromUtf8(prediction))
        .build();
  }

  @Override
  public List<ServerServiceDefinition> services(Intake intake) {
    return List.of(
        WireService.define(
            mrpcGrpc.getServiceDescriptor(),
            ServerMethodDefinition.create(
                RequestMarshaller.of(mrpcGrpc.getParaphraseMethod(), TextPair.getDefaultInstance()),
                new UnaryHandler<>(intake, new Paraphrase(intake)))));
  }

  private record Paraphrase(Intake intake) implements UnaryHandler.Method<TextPair, YesNo> {
    @Override
    public @Nullable PendingRequest submit(
        TextPair request,
        long arrivalNs,
        long deadlineNs,
        ConnectionQuota quota,
        Intake.ModelCompletion completion) {
      ServedModel model = intake.model();
      if (!Ability.CLASSIFY.of(model) || model.labels().size() != 2) {
        completion.complete(
            model,
            new Outcome.Invalid(
                "mrpc needs a model of texts with two labels; this one has "
                    + model.labels().size()
                    + " and is for "
                    + model.facts().manifest().task()));
        completion.flush();
        return null;
      }
      return intake.submit(
          Texts.pair(WireText.of(request.getTextA()), WireText.of(request.getTextB())),
          arrivalNs,
          deadlineNs,
          quota,
          completion);
    }

    @Override
    public YesNo answer(ServedModel model, Outcome.Answered answered) {
      return answered.best() == 1 ? YES : NO;
    }
  }
}
