package io.ganglion.bench.measure;

import io.ganglion.bench.engine.Engine;
import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.engine.Layout;
import io.ganglion.bench.report.Spread;
import io.ganglion.bench.workload.Batch;
import io.ganglion.bench.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An engine in the layout and with the batch size that were fastest in a calibration. */
public final class EngineContender implements Contender {
  private static final double WARM_UP_SECONDS = 0.3;

  /** Settings are tried in turns, so that a slow moment of the machine hits all alike. */
  private static final int PASSES = 3;

  /** What a larger batch must gain to be preferred: less is noise, and it costs latency. */
  private static final double GAIN = 1.01;

  private final EngineDriver driver;
  private final Layout layout;
  private final int batchSize;
  private final boolean sorted;
  private final List<Batch> batches;
  private final AtomicInteger cursor = new AtomicInteger();
  private final Answers answers;
  private final UnaryOperator<float[]> toProbabilities;

  private EngineContender(
      EngineDriver driver,
      Choice choice,
      Workload workload,
      Answers answers,
      UnaryOperator<float[]> toProbabilities) {
    this.driver = driver;
    this.layout = choice.layout;
    this.batchSize = choice.batchSize;
    this.sorted = choice.sorted;
    this.batches = workload.batches(batchSize, sorted);
    this.answers = answers;
    this.toProbabilities = toProbabilities;
  }

  /** Loads an engine in a layout. */
  @FunctionalInterface
  public interface Loader {
    Engine load(Layout layout) throws EngineException;
  }

  /**
   * What to try.
   *
   * @param name of the system
   * @param layouts at least one
   * @param batchSizes at least one
   * @param sorted whether batches are made of pairs of like length
   * @param seconds for each combination; 0 takes the first
   */
  public record Candidates(
      String name, List<Layout> layouts, List<Integer> batchSizes, boolean sorted, double seconds) {
    public Candidates {
      layouts = List.copyOf(layouts);
      batchSizes = List.copyOf(batchSizes);
    }
  }

  private record Choice(Layout layout, int batchSize, boolean sorted, double rate) {}

  /** Tries all combinations and keeps the fastest; no more than two engines exist at a time. */
  public static EngineContender calibrate(
      Candidates candidates,
      Loader loader,
      Workload workload,
      UnaryOperator<float[]> toProbabilities)
      throws EngineException, InterruptedException {
    Answers answers = new Answers(workload.size());
    EngineDriver bestDriver = null;
    Choice best = null;
    for (Layout layout : candidates.layouts()) {
      EngineDriver driver = new EngineDriver(candidates.name(), loader.load(layout));
      Choice choice = fastest(driver, layout, candidates, workload);
      if (best == null || bestDriver == null || choice.rate > best.rate) {
        close(bestDriver);
        bestDriver = driver;
        best = choice;
      } else {
        driver.close();
      }
    }
    if (best == null || bestDriver == null) {
      throw new IllegalArgumentException("No layout to try for " + candidates.name());
    }
    return new EngineContender(bestDriver, best, workload, answers, toProbabilities);
  }

  private static void close(@Nullable EngineDriver driver) {
    if (driver != null) {
      driver.close();
    }
  }

  private static Choice fastest(
      EngineDriver driver, Layout layout, Candidates candidates, Workload workload)
      throws EngineException, InterruptedException {
    List<Integer> sizes = candidates.batchSizes();
    double[][] rates = new double[sizes.size()][PASSES];
    if (candidates.seconds() > 0) {
      List<Trial> trials = new ArrayList<>();
      for (int size : sizes) {
        trials.add(new Trial(driver, workload.batches(size, candidates.sorted())));
      }
      for (Trial trial : trials) {
        trial.run(WARM_UP_SECONDS);
      }
      for (int pass = 0; pass < PASSES; pass++) {
        for (int i = 0; i < trials.size(); i++) {
          rates[i][pass] = trials.get(i).run(candidates.seconds() / PASSES);
        }
      }
    }
    Choice best =
        new Choice(layout, sizes.get(0), candidates.sorted(), Spread.of(rates[0]).median());
    for (int i = 1; i < sizes.size(); i++) {
      double rate = Spread.of(rates[i]).median();
      if (rate > GAIN * best.rate) {
        best = new Choice(layout, sizes.get(i), candidates.sorted(), rate);
      }
    }
    return best;
  }

  /** A batch size that is tried. */
  private record Trial(EngineDriver driver, List<Batch> batches, AtomicInteger cursor) {
    Trial(EngineDriver driver, List<Batch> batches) {
      this(driver, batches, new AtomicInteger());
    }

    double run(double seconds) throws EngineException, InterruptedException {
      return driver.run(batches, cursor, seconds, 1, (pair, row) -> {});
    }
  }

  /** Pairs in a batch. */
  public int batchSize() {
    return batchSize;
  }

  @Override
  public String setting() {
    return "batches of " + batchSize + (sorted ? " of like length, " : ", ") + layout;
  }

  @Override
  public double measure(double seconds) throws EngineException, InterruptedException {
    return driver.run(
        batches,
        cursor,
        seconds,
        BATCHES_AT_LEAST,
        (pair, row) -> answers.put(pair, toProbabilities.apply(row)));
  }

  @Override
  public double processorSeconds() {
    return ProcessorTime.seconds(ProcessHandle.current());
  }

  @Override
  public Answers answers() {
    return answers;
  }

  @Override
  public void close() {
    driver.close();
  }
}
