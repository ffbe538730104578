package io.ganglion.server;

import io.ganglion.api.Classification;
import io.ganglion.api.Conditions;
import io.ganglion.client.ClassificationStream;
import io.ganglion.client.GanglionClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A client in a process of its own, so that it can be killed. It asks unary calls and items of a
 * stream in turns, checks each answer, and prints its counts several times a second. When its input
 * ends it asks no more, waits for the last answer and ends.
 */
final class SoakClient {
  /** Of a client without a rate: enough that the core never waits. */
  private static final int IN_FLIGHT = 64;

  private static final int TELL_MILLIS = 200;

  private final SoakPool pool;
  private final Random random = new Random();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong right = new AtomicLong();
  private final AtomicLong wrong = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile boolean stop;

  private SoakClient(SoakPool pool) {
    this.pool = pool;
  }

  /** Takes the port, the pool's file, and requests a second, or 0 for as many as are answered. */
  public static void main(String[] arguments) throws Exception {
    SoakClient soak = new SoakClient(SoakPool.read(Path.of(arguments[1])));
    double rate = Double.parseDouble(arguments[2]);
    start(soak::tell);
    start(soak::awaitEnd);
    try (GanglionClient client =
            GanglionClient.builder()
                .target("127.0.0.1:" + arguments[0])
                .executor(Runnable::run)
                .build();
        ClassificationStream stream = client.openStream(1_000)) {
      if (rate == 0) {
        soak.closedLoop(client, stream);
      } else {
        soak.openLoop(client, stream, rate);
      }
      Conditions.await(() -> soak.answered() == soak.sent.get());
    }
    soak.print();
    System.exit(0);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  private long answered() {
    return right.get() + wrong.get() + failed.get();
  }

  private synchronized void print() {
    System.out.printf("counts %d %d %d %d%n", sent.get(), right.get(), wrong.get(), failed.get());
  }

  private void tell() {
    while (true) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TELL_MILLIS));
      print();
    }
  }

  private void awaitEnd() {
    try {
      System.in.readAllBytes();
    } catch (IOException e) {
      // It has ended as well.
    }
    stop = true;
  }

  private void closedLoop(GanglionClient client, ClassificationStream stream)
      throws InterruptedException {
    while (!stop) {
      if (sent.get() - answered() < IN_FLIGHT) {
        ask(client, stream);
      } else {
        LockSupport.parkNanos(100_000); // between two looks: answers signal nothing
      }
    }
  }

  private void openLoop(GanglionClient client, ClassificationStream stream, double rate)
      throws InterruptedException {
    long start = System.nanoTime();
    for (long due = 1; !stop; due++) {
      long dueNs = start + (long) (due * 1e9 / rate);
      for (long left = dueNs - System.nanoTime(); left > 0; left = dueNs - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      ask(client, stream);
    }
  }

  private void ask(GanglionClient client, ClassificationStream stream) throws InterruptedException {
    SoakPool.Item item = pool.items().get(random.nextInt(pool.items().size()));
    CompletableFuture<Classification> future =
        sent.getAndIncrement() % 2 == 0 ? client.classify(item.pair()) : stream.send(item.pair());
    var unused = future.whenComplete((answer, thrown) -> count(item, answer, thrown));
  }

  private void count(SoakPool.Item item, Classification answer, Throwable thrown) {
    if (thrown != null) {
      System.out.println("failed: " + thrown);
      failed.incrementAndGet();
    } else if (item.isRight(answer)) {
      right.incrementAndGet();
    } else {
      System.out.println("wrong: " + answer + " to " + item);
      wrong.incrementAndGet();
    }
  }
}
