package io.ganglion.server.fleet;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a client met between two events of its fleet. Requests count where they were sent.
 *
 * @param sent number of requests
 * @param lost those that failed
 * @param wrong those with an answer that was not theirs
 * @param p50Ms median time from the intended start to the answer
 * @param p99Ms 99th percentile of it
 * @param maxMs longest
 * @param byServer messages that came from each address
 */
record Phase(
    int sent,
    int lost,
    int wrong,
    double p50Ms,
    double p99Ms,
    double maxMs,
    Map<String, Integer> byServer) {

  /** As one line, for {@link #parse}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "phase %d %d %d %.1f %.1f %.1f %s",
        sent,
        lost,
        wrong,
        p50Ms,
        p99Ms,
        maxMs,
        byServer.toString().replace(" ", ""));
  }

  static Phase parse(String line) {
    String[] words = line.split(" ", -1);
    Map<String, Integer> byServer = new TreeMap<>();
    for (String one : words[7].replaceAll("[{}]", "").split(",", -1)) {
      if (!one.isEmpty()) {
        byServer.put(one.split("=", -1)[0], Integer.valueOf(one.split("=", -1)[1]));
      }
    }
    return new Phase(
        Integer.parseInt(words[1]),
        Integer.parseInt(words[2]),
        Integer.parseInt(words[3]),
        Double.parseDouble(words[4]),
        Double.parseDouble(words[5]),
        Double.parseDouble(words[6]),
        byServer);
  }

  /** How far the busiest server is above or below an even share, as a fraction. */
  double unevenness() {
    double share =
        byServer.values().stream().mapToInt(Integer::intValue).average().orElse(Double.NaN);
    return byServer.values().stream()
        .mapToDouble(count -> Math.abs(count / share - 1))
        .max()
        .orElse(Double.NaN);
  }

  /** A request of one phase. */
  static final class Request {
    private final List<Request> phase;
    private boolean ended;
    private boolean failed;
    private boolean right;
    private long ns;

    private Request(List<Request> phase) {
      this.phase = phase;
    }

    void ended(long ns, @Nullable Throwable thrown, boolean right) {
      synchronized (phase) {
        ended = true;
        this.ns = ns;
        this.failed = thrown != null;
        this.right = right;
        phase.notifyAll();
      }
      if (thrown != null) {
        System.out.println("lost: " + thrown);
      }
    }
  }

  /** Counts requests, and as an interceptor where answers come from. Thread-safe. */
  static final class Counter implements ClientInterceptor {
    private List<Request> requests = new ArrayList<>();
    private Map<String, Integer> byServer = new TreeMap<>();

    synchronized Request sent() {
      Request request = new Request(requests);
      requests.add(request);
      return request;
    }

    private synchronized void answered(String server) {
      byServer.merge(server, 1, Integer::sum);
    }

    /** Ends a phase, and waits until each of its requests has ended. */
    Phase phase() throws InterruptedException {
      List<Request> all;
      Map<String, Integer> from;
      synchronized (this) {
        all = requests;
        requests = new ArrayList<>();
        from = byServer;
        byServer = new TreeMap<>();
      }
      synchronized (all) {
        while (all.stream().anyMatch(request -> !request.ended)) {
          all.wait();
        }
        return summary(all, from);
      }
    }

    private static Phase summary(List<Request> all, Map<String, Integer> from) {
      double[] ms = all.stream().mapToDouble(request -> request.ns / 1e6).sorted().toArray();
      return new Phase(
          all.size(),
          (int) all.stream().filter(request -> request.failed).count(),
          (int) all.stream().filter(request -> !request.failed && !request.right).count(),
          percentile(ms, 0.5),
          percentile(ms, 0.99),
          percentile(ms, 1),
          from);
    }

    private static double percentile(double[] sorted, double share) {
      return sorted.length == 0
          ? 0
          : sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<A> to, Metadata headers) {
          super.start(
              new SimpleForwardingClientCallListener<>(to) {
                @Override
                public void onMessage(A message) {
                  if (getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
                      instanceof InetSocketAddress server) {
                    answered(server.getAddress().getHostAddress());
                  }
                  super.onMessage(message);
                }
              },
              headers);
        }
      };
    }
  }
}
