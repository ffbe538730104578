package io.ganglion.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.engine.Engine;
import io.ganglion.runtime.artifact.TestArtifacts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that fail or are killed in the middle write what an undisturbed one writes. */
@Timeout(120)
class RestartTest {
  @TempDir static Path models;
  private static Path model;
  private static List<String> undisturbed;

  @TempDir private Path folder;

  @BeforeAll
  static void answerWithoutFlink() throws Exception {
    model = TestArtifacts.tiny().write(models.resolve("model"));
    List<String> lines = new ArrayList<>();
    try (Engine engine = Engine.open(model)) {
      for (long number = 0; number < PairJob.PAIRS; number++) {
        lines.add(PairJob.line(number, engine.classify(PairJob.pair(number)).join().probability()));
      }
    }
    lines.sort(null);
    undisturbed = lines;
  }

  /** What the tasks of this JVM's cluster tell the test. */
  private static final AtomicInteger failures = new AtomicInteger();

  private static volatile CountDownLatch checkpoints = new CountDownLatch(0);

  @BeforeEach
  void forgetTheLastJob() {
    failures.set(0);
    checkpoints = new CountDownLatch(3);
  }

  /** Counts checkpoints, and may fail once when there were some. */
  private static final class Watch implements MapFunction<String, String>, CheckpointListener {
    private static final long serialVersionUID = 1L;
    private final boolean fails;

    Watch(boolean fails) {
      this.fails = fails;
    }

    @Override
    public String map(String line) {
      if (fails && checkpoints.getCount() == 0 && failures.compareAndSet(0, 1)) {
        throw new IllegalStateException("a failure in the middle");
      }
      return line;
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
      checkpoints.countDown();
    }
  }

  private void finishes(JobClient job) throws Exception {
    job.getJobExecutionResult().get(60, TimeUnit.SECONDS);
  }

  @Test
  void aJobOfSeveralSlotsWritesTheBitsOfTheEngine() throws Exception {
    PairJob job = new PairJob(ModelSource.inProcess(model.toString()), folder);
    finishes(job.start(new Watch(false), 4, null));
    assertThat(job.lines()).isEqualTo(undisturbed);
  }

  @Test
  void aJobThatFailsInTheMiddleWritesEachAnswerOnce() throws Exception {
    PairJob job = new PairJob(ModelSource.inProcess(model.toString()), folder);
    finishes(job.start(new Watch(true), 2, null));
    assertThat(failures).hasValue(1);
    assertThat(job.lines()).isEqualTo(undisturbed);
  }

  @Test
  void aJobThatIsKilledGoesOnFromItsCheckpointWithAnotherParallelism() throws Exception {
    PairJob job = new PairJob(ModelSource.inProcess(model.toString()), folder);
    JobClient killed = job.start(new Watch(false), 2, null);
    assertThat(checkpoints.await(60, TimeUnit.SECONDS)).isTrue();
    killed.cancel().get(60, TimeUnit.SECONDS);
    assertThat(killed.getJobExecutionResult()).failsWithin(60, TimeUnit.SECONDS);
    assertThat(job.lines()).hasSizeLessThan(PairJob.PAIRS);
    finishes(job.start(new Watch(false), 3, job.newestCheckpoint()));
    assertThat(job.lines()).isEqualTo(undisturbed);
  }

  @Test
  void aServerThatIsLostForAWhileLosesNoAnswer() throws Exception {
    ServerProcess first = ServerProcess.start(model);
    int port = Integer.parseInt(first.target().substring(first.target().lastIndexOf(':') + 1));
    PairJob job = new PairJob(ModelSource.servers(first.target()), folder);
    JobClient running = job.start(new Watch(false), 2, null);
    assertThat(checkpoints.await(60, TimeUnit.SECONDS)).isTrue();
    first.close();
    try (ServerProcess second = ServerProcess.start(model, port)) {
      assertThat(second.target()).isEqualTo(first.target());
      finishes(running);
    }
    assertThat(job.lines()).isEqualTo(undisturbed);
  }
}
