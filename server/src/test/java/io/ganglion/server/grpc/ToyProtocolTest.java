package io.ganglion.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.BytesValue;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Int32Value;
import com.google.protobuf.WrappersProto;
import io.ganglion.api.Conditions;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.PendingRequest;
import io.ganglion.engine.batch.Requests;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.server.endpoint.NetworkConfig;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Adds a protocol that no other code knows: a text in, the number of its label out. */
@Timeout(30)
class ToyProtocolTest {
  private static final MethodDescriptor<BytesValue, Int32Value> LABEL =
      MethodDescriptor.newBuilder(
              ProtoUtils.marshaller(BytesValue.getDefaultInstance()),
              ProtoUtils.marshaller(Int32Value.getDefaultInstance()))
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("toy.Toy/Label")
          .build();

  /** The descriptor that its .proto file would give. */
  private static final FileDescriptor SCHEMA = schema();

  private static FileDescriptor schema() {
    MethodDescriptorProto label =
        MethodDescriptorProto.newBuilder()
            .setName("Label")
            .setInputType(".google.protobuf.BytesValue")
            .setOutputType(".google.protobuf.Int32Value")
            .build();
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("toy.proto")
            .setPackage("toy")
            .addDependency("google/protobuf/wrappers.proto")
            .addService(ServiceDescriptorProto.newBuilder().setName("Toy").addMethod(label))
            .build();
    try {
      return FileDescriptor.buildFrom(file, new FileDescriptor[] {WrappersProto.getDescriptor()});
    } catch (DescriptorValidationException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Toy implements WireService {
    @Override
    public List<ServerServiceDefinition> services(Intake intake) {
      return List.of(
          WireService.define(
              ServiceDescriptor.newBuilder("toy.Toy")
                  .setSchemaDescriptor((ProtoFileDescriptorSupplier) () -> SCHEMA)
                  .build(),
              ServerMethodDefinition.create(
                  RequestMarshaller.of(LABEL, BytesValue.getDefaultInstance()),
                  new UnaryHandler<>(intake, new Label(intake)))));
    }
  }

  private record Label(Intake intake) implements UnaryHandler.Method<BytesValue, Int32Value> {
    @Override
    public PendingRequest submit(
        BytesValue text,
        long arrivalNs,
        long deadlineNs,
        ConnectionQuota quota,
        Intake.ModelCompletion completion) {
      return intake.submit(
          Texts.pair(WireText.of(text.getValue()), null), arrivalNs, deadlineNs, quota, completion);
    }

    @Override
    public Int32Value answer(ServedModel model, Outcome.Answered answered) {
      return Int32Value.of(answered.best());
    }
  }

  private static TestServer start() throws Exception {
    return new TestServer(
        Requests.scheduler(2, 1_000),
        new WireLimits(65_536, 16, 500, 1_000),
        NetworkConfig.plain("127.0.0.1", 0, 4 << 20),
        RequestTracer.NONE,
        List.of(new Toy()));
  }

  private static int label(TestServer server, String text) {
    return ClientCalls.blockingUnaryCall(
            server.channel(), LABEL, CallOptions.DEFAULT, BytesValue.of(TestServer.utf8(text)))
        .getValue();
  }

  @Test
  void aRegisteredProtocolIsServedWithTheLimitsAndErrorsOfAllOthers() throws Exception {
    try (TestServer server = start()) {
      assertThat(label(server, "w60")).isEqualTo(1);
      assertThat(label(server, "w6")).isZero();
      assertThatThrownBy(() -> label(server, "")).hasMessage("INVALID_ARGUMENT: text_a is empty");
      assertThatThrownBy(() -> label(server, "w1".repeat(100_000)))
          .hasMessageContaining("the limit is 65536");
      assertThat(server.events.count(Outcome.Answered.class)).isEqualTo(2);
    }
  }

  @Test
  void healthAndReflectionShowWhatIsRegisteredAndNothingElse() throws Exception {
    try (TestServer server = start()) {
      HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(server.channel());
      assertThat(health.check(asking("toy.Toy")).getStatus()).isEqualTo(ServingStatus.SERVING);
      assertThat(health.check(asking("")).getStatus()).isEqualTo(ServingStatus.SERVING);
      assertThatThrownBy(() -> health.check(asking("ganglion.v1.PairClassifier")))
          .hasMessageStartingWith("NOT_FOUND");
      assertThat(reflected(server)).contains("toy.Toy").doesNotContain("mrpc.mrpc");
    }
  }

  private static HealthCheckRequest asking(String service) {
    return HealthCheckRequest.newBuilder().setService(service).build();
  }

  private static List<String> reflected(TestServer server) throws Exception {
    List<String> names = new CopyOnWriteArrayList<>();
    StreamObserver<ServerReflectionRequest> questions =
        ServerReflectionGrpc.newStub(server.channel())
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    response
                        .getListServicesResponse()
                        .getServiceList()
                        .forEach(service -> names.add(service.getName()));
                  }

                  @Override
                  public void onError(Throwable error) {}

                  @Override
                  public void onCompleted() {}
                });
    questions.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    Conditions.await(() -> names.contains("grpc.health.v1.Health"));
    questions.onCompleted();
    return names;
  }
}
