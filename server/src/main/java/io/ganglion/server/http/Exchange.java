package io.ganglion.server.http;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderValues;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObject;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** One request on one connection. Runs on the network thread, except for making pages. */
final class Exchange extends SimpleChannelInboundHandler<HttpObject> {
  private static final Map<String, String> TEXT =
      Map.of("Content-Type", "text/plain; charset=utf-8");

  private final Map<String, Page> probes;
  private final Map<String, Page> pages;
  private final Executor pageMaker;
  private boolean asked;

  Exchange(Map<String, Page> probes, Map<String, Page> pages, Executor pageMaker) {
    this.probes = probes;
    this.pages = pages;
    this.pageMaker = pageMaker;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
    if (!(part instanceof HttpRequest request) || asked) {
      return; // ignore a body or a second request
    }
    asked = true;
    boolean head = request.method().equals(HttpMethod.HEAD);
    if (request.decoderResult().isFailure()) {
      send(context, text(400, "the request is not HTTP"), head);
    } else if (!head && !request.method().equals(HttpMethod.GET)) {
      send(context, text(405, "only GET and HEAD"), head);
    } else {
      answer(context, question(request), head);
    }
  }

  private void answer(ChannelHandlerContext context, Page.Question question, boolean head) {
    Page probe = probes.get(question.path());
    Page page = pages.get(question.path());
    if (probe != null) {
      send(context, make(probe, question), head);
    } else if (page == null) {
      send(context, text(404, "there is no " + question.path()), head);
    } else {
      try {
        pageMaker.execute(() -> send(context, make(page, question), head));
      } catch (RejectedExecutionException e) {
        send(context, text(503, "too many ask for this at once"), head);
      }
    }
  }

  private static Page.Question question(HttpRequest request) {
    String uri = request.uri();
    int mark = uri.indexOf('?');
    Map<String, List<String>> headers = new HashMap<>();
    request
        .headers()
        .forEach(
            header ->
                headers
                    .computeIfAbsent(
                        header.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(header.getValue()));
    return new Page.Question(
        mark < 0 ? uri : uri.substring(0, mark), mark < 0 ? "" : uri.substring(mark + 1), headers);
  }

  /** Turns anything thrown into an answer, because the thread that makes pages must go on. */
  private static Page.Answer make(Page page, Page.Question question) {
    try {
      return page.answer(question);
    } catch (IOException | RuntimeException | Error e) {
      return text(500, "the page cannot be made: " + e);
    }
  }

  private static Page.Answer text(int status, String text) {
    return new Page.Answer(status, TEXT, (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void send(ChannelHandlerContext context, Page.Answer answer, boolean head) {
    byte[] body = answer.body();
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
    answer.headers().forEach((name, value) -> response.headers().set(name, value));
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    var unused = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var unused = context.close(); // a client that leaves is not worth an event
  }
}
