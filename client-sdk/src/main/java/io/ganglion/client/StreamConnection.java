package io.ganglion.client;

import io.ganglion.proto.v1.CancelItem;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * One RPC of a session. A session that reconnects uses several. Its methods are called only in the
 * session's context, and it passes every event to the session.
 */
final class StreamConnection extends ClientCall.Listener<ClassifyStreamResponse> {
  /** Number of answers that may be on their way. Handling an answer asks for one more. */
  private static final int READ_AHEAD = 64;

  private final StreamSession session;
  private final ClientCall<ClassifyStreamRequest, ClassifyStreamResponse> call;
  final long openedNs;

  /** Whether an item was answered on it. If so, there is no back-off when it breaks. */
  boolean answered;

  final Silence silence = new Silence();

  boolean halfClosed;

  StreamConnection(StreamSession session, Channel channel, long nowNs) {
    this.session = session;
    this.openedNs = nowNs;
    this.call = channel.newCall(PairClassifierGrpc.getClassifyStreamMethod(), CallOptions.DEFAULT);
  }

  void start() {
    call.start(this, new Metadata());
    call.request(READ_AHEAD);
  }

  /**
   * Whether to send now: false until a server is connected, and while the connection's buffer is
   * full.
   */
  boolean isReady() {
    return !halfClosed && call.isReady();
  }

  void send(StreamItem item, long leftNs) {
    long leftMs = Math.max(1, Math.min(leftNs / 1_000_000, Integer.MAX_VALUE));
    call.sendMessage(
        ClassifyStreamRequest.newBuilder()
            .setId(item.id)
            .setTimeoutMs((int) leftMs)
            .setClassify(item.request)
            .build());
  }

  /** Sends at most one small message for each item, so it need not wait for {@link #isReady}. */
  void cancelItem(StreamItem item) {
    if (!halfClosed) {
      call.sendMessage(
          ClassifyStreamRequest.newBuilder()
              .setId(item.id)
              .setCancel(CancelItem.getDefaultInstance())
              .build());
    }
  }

  void halfClose() {
    if (!halfClosed) {
      halfClosed = true;
      call.halfClose();
    }
  }

  void cancel(String why, @Nullable Throwable cause) {
    halfClosed = true;
    call.cancel(why, cause);
  }

  void readMore() {
    call.request(1);
  }

  boolean reachedAServer() {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) != null;
  }

  @Override
  public void onReady() {
    session.ready();
  }

  @Override
  public void onMessage(ClassifyStreamResponse message) {
    session.answered(this, message);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    session.closed(this, status, trailers);
  }
}
