package io.ganglion.server.endpoint;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** One client's connection, as the table of connections sees it. */
final class ClientConnection extends ChannelInboundHandlerAdapter
    implements ConnectionTable.Connection {
  private final Channel channel;
  private final ReadThrottle throttle;
  private final EndpointEvents events;
  private final Object address;
  private boolean guarded;
  private long asked;
  private volatile long lastAskedNs = System.nanoTime();

  ClientConnection(Channel channel, Object address, ReadThrottle throttle, EndpointEvents events) {
    this.channel = channel;
    this.address = address;
    this.throttle = throttle;
    this.events = events;
  }

  /** A client's address without its port, which identifies nobody. */
  static Object address(@Nullable SocketAddress remote) {
    return remote instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress()
        : String.valueOf(remote);
  }

  Channel channel() {
    return channel;
  }

  ReadThrottle throttle() {
    return throttle;
  }

  @Override
  public Object address() {
    return address;
  }

  @Override
  public long lastAskedNs() {
    return lastAskedNs;
  }

  /** May be slightly out of date, because the number belongs to the connection's thread. */
  @Override
  public boolean asks() {
    Http2ConnectionHandler http2 = channel.pipeline().get(Http2ConnectionHandler.class);
    return http2 != null && http2.connection().numActiveStreams() > 0;
  }

  /** Where frames can be read: behind the decryption, if there is one. */
  private void guard(ChannelHandlerContext context) {
    ChannelHandlerContext tls = context.pipeline().context(SslHandler.class);
    FrameGuard guard = new FrameGuard(throttle.counts(), events);
    context.pipeline().addAfter(tls == null ? context.name() : tls.name(), null, guard);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!guarded) {
      guarded = true;
      guard(context);
    }
    context.fireChannelRead(message);
    long askedNow = throttle.counts().countAsked();
    if (askedNow > asked) {
      asked = askedNow;
      lastAskedNs = System.nanoTime();
    }
  }
}
