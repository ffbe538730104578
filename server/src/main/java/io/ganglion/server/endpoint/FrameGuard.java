package io.ganglion.server.endpoint;

import io.ganglion.server.grpc.ConnectionYield;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a connection on which frames of nothing come in floods, and counts the calls that begin.
 * Stands before gRPC's handlers.
 */
final class FrameGuard extends ChannelInboundHandlerAdapter {
  private final FrameMeter meter = new FrameMeter(System::nanoTime, this::openCalls);
  private final ConnectionYield yield;
  private final EndpointEvents events;
  private boolean cut;
  private @Nullable ChannelHandlerContext context;

  FrameGuard(ConnectionYield yield, EndpointEvents events) {
    this.yield = yield;
    this.events = events;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
  }

  private int openCalls() {
    Http2ConnectionHandler http2 =
        context == null ? null : context.pipeline().get(Http2ConnectionHandler.class);
    return http2 == null ? 0 : http2.connection().numActiveStreams();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!cut && message instanceof ByteBuf bytes && !take(bytes)) {
      cut = true;
      events.onConnectionCut();
      context.channel().unsafe().closeForcibly(); // a farewell would only be one more thing to do
    }
    if (cut) {
      ReferenceCountUtil.release(message);
    } else {
      context.fireChannelRead(message);
    }
  }

  private boolean take(ByteBuf bytes) {
    long before = meter.calls();
    boolean few = meter.take(bytes);
    if (meter.calls() > before) {
      yield.asked(meter.calls() - before);
    }
    return few;
  }
}
