package io.ganglion.bench.measure;

import io.ganglion.bench.engine.Engine;
import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.workload.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * Keeps an engine's workers busy, each on its own thread, which lives as long as the driver. Called
 * by one thread. Owns the engine.
 */
final class EngineDriver implements AutoCloseable {
  private final Engine engine;
  private final List<ExecutorService> threads = new ArrayList<>();
  private final List<Engine.Worker> workers = new ArrayList<>();

  EngineDriver(String name, Engine engine) throws EngineException, InterruptedException {
    this.engine = engine;
    try {
      for (int i = 0; i < engine.workers(); i++) {
        int index = i;
        ExecutorService thread =
            Executors.newSingleThreadExecutor(task -> new Thread(task, name + "-" + index));
        threads.add(thread);
        workers.add(result(thread.submit(() -> engine.open(index))));
      }
    } catch (EngineException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Runs batches from {@code cursor} on, over and over, until the time is over and every worker has
   * run {@code atLeast}. Until the last worker has, the others go on, because a worker alone would
   * have the machine to itself and be too fast.
   *
   * @param atLeast least number of batches for each worker
   * @param answered called with the number of a pair and its row
   * @return inferences per second: the sum of each worker's rate up to its last batch in time
   */
  double run(
      List<Batch> batches,
      AtomicInteger cursor,
      double seconds,
      int atLeast,
      BiConsumer<Integer, float[]> answered)
      throws EngineException, InterruptedException {
    List<Future<Double>> rates = new ArrayList<>();
    AtomicInteger unfinished = new AtomicInteger(workers.size());
    for (int i = 0; i < workers.size(); i++) {
      Engine.Worker worker = workers.get(i);
      Turn turn = new Turn(worker, batches, cursor, seconds, atLeast, answered, unfinished);
      rates.add(threads.get(i).submit(turn));
    }
    double sum = 0;
    for (Future<Double> rate : rates) {
      sum += result(rate);
    }
    return sum;
  }

  /** One worker's part of a run. Returns its inferences per second. */
  private record Turn(
      Engine.Worker worker,
      List<Batch> batches,
      AtomicInteger cursor,
      double seconds,
      int atLeast,
      BiConsumer<Integer, float[]> answered,
      AtomicInteger unfinished)
      implements Callable<Double> {
    @Override
    public Double call() throws EngineException {
      boolean finished = false;
      try {
        long start = System.nanoTime();
        int inferences = 0;
        double rate = 0;
        for (int run = 1; unfinished.get() > 0; run++) {
          Batch batch = batches.get(Math.floorMod(cursor.getAndIncrement(), batches.size()));
          float[][] rows = worker.infer(batch);
          double elapsed = (System.nanoTime() - start) / 1e9;
          for (int i = 0; i < rows.length; i++) {
            answered.accept(batch.pairs().get(i), rows[i]);
          }
          if (unfinished.get() > 0) {
            inferences += batch.size();
            rate = inferences / elapsed;
          }
          if (!finished && elapsed >= seconds && run >= atLeast) {
            finished = true;
            unfinished.decrementAndGet();
          }
        }
        return rate;
      } finally {
        if (!finished) {
          unfinished.decrementAndGet(); // it failed, so the others need not wait
        }
      }
    }
  }

  private static <T> T result(Future<T> future) throws EngineException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EngineException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    for (int i = 0; i < workers.size(); i++) {
      // A core is closed by the thread that owns it.
      threads.get(i).execute(workers.get(i)::close);
    }
    threads.forEach(ExecutorService::shutdown);
    try {
      for (ExecutorService thread : threads) {
        thread.awaitTermination(1, TimeUnit.MINUTES);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    engine.close();
  }
}
