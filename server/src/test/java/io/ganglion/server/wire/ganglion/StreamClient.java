package io.ganglion.server.wire.ganglion;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One ClassifyStream for tests. It can be set to read only on request. */
final class StreamClient
    implements ClientResponseObserver<ClassifyStreamRequest, ClassifyStreamResponse> {
  final BlockingQueue<ClassifyStreamResponse> responses = new LinkedBlockingQueue<>();
  final CompletableFuture<Status> end = new CompletableFuture<>();
  private final boolean manual;
  ClientCallStreamObserver<ClassifyStreamRequest> requests;

  private StreamClient(boolean manual) {
    this.manual = manual;
  }

  static StreamClient open(Channel channel) {
    return open(channel, false, null);
  }

  static StreamClient open(Channel channel, boolean manual, Duration deadline) {
    StreamClient client = new StreamClient(manual);
    PairClassifierGrpc.PairClassifierStub stub = PairClassifierGrpc.newStub(channel);
    if (deadline != null) {
      stub = stub.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }
    stub.classifyStream(client);
    return client;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ClassifyStreamRequest> stream) {
    requests = stream;
    if (manual) {
      stream.disableAutoRequestWithInitial(0);
    }
  }

  void send(ClassifyStreamRequest request) {
    requests.onNext(request);
  }

  void halfClose() {
    requests.onCompleted();
  }

  ClassifyStreamResponse next() throws InterruptedException {
    ClassifyStreamResponse response = responses.poll(10, TimeUnit.SECONDS);
    assertThat(response).as("no answer came").isNotNull();
    return response;
  }

  List<ClassifyStreamResponse> next(int count) throws InterruptedException {
    List<ClassifyStreamResponse> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(next());
    }
    return all;
  }

  Status status() throws Exception {
    return end.get(10, TimeUnit.SECONDS);
  }

  @Override
  public void onNext(ClassifyStreamResponse response) {
    responses.add(response);
  }

  @Override
  public void onError(Throwable error) {
    end.complete(Status.fromThrowable(error));
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }
}
