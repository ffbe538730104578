package io.ganglion.server.endpoint;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;

/** Cuts a connection on which frames of nothing come in floods. Stands before gRPC's handlers. */
final class FrameGuard extends ChannelInboundHandlerAdapter {
  private final FrameMeter meter = new FrameMeter(System::nanoTime);
  private final EndpointEvents events;
  private boolean cut;

  FrameGuard(EndpointEvents events) {
    this.events = events;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!cut && message instanceof ByteBuf bytes && !meter.take(bytes)) {
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
}
