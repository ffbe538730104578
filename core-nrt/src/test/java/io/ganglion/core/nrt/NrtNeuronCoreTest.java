package io.ganglion.core.nrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreFault.Scope;
import io.ganglion.runtime.core.NeuronCore;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** How a core handles batches, and failures of the runtime. */
class NrtNeuronCoreTest extends NrtTest {
  @Test
  void theShortestBucketThatHoldsABatchIsRunAndPaddingIsCounted() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore core = factory.open(0)) {
      core.infer(batch(8));
      assertThat(factory.padding().computedTokens()).isEqualTo(BATCH * 8);
      core.infer(batch(9, 3));
      assertThat(factory.padding().computedTokens()).isEqualTo(BATCH * (8 + 24));
      core.infer(batch(64, 3, 5, 7));
      assertThat(factory.padding().computedTokens()).isEqualTo(BATCH * (8 + 24 + 64));
      assertThat(factory.padding().requests()).isEqualTo(7);
      assertThat(factory.padding().dummyRows()).isEqualTo(3 + 2);
      assertThat(factory.padding().tokens()).isEqualTo(8 + 12 + 79);
    }
  }

  @Test
  void weightsThatAreCutWhileTheyAreServedChangeNoAnswer() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore core = factory.open(0)) {
      float[] before = core.infer(batch(8)).values();
      Files.write(directory.resolve("model").resolve("weights.safetensors"), new byte[0]);
      assertThat(core.infer(batch(8)).values()).isEqualTo(before);
    }
  }

  @Test
  void twoOnOneIndexShareTheModelAndAreInFlightTogether() throws Exception {
    FakeNrt.configure("delay_us=3000");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options)) {
      Callable<Integer> owner =
          () -> {
            int answers = 0;
            try (NeuronCore core = factory.open(0)) {
              for (int i = 0; i < 20; i++) {
                answers += core.infer(batch(8, 5)).size();
              }
            }
            return answers;
          };
      Future<Integer> first = threads.submit(owner);
      Future<Integer> second = threads.submit(owner);
      assertThat(first.get() + second.get()).isEqualTo(80);
      assertThat(FakeNrt.counter("most_in_flight")).isEqualTo(2);
      assertThat(FakeNrt.counter("loads")).isEqualTo(3);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void everyStatusHasItsScope() throws Exception {
    Map<Integer, Scope> expected = new TreeMap<>();
    expected.putAll(
        Map.of(
            1,
            Scope.CORE,
            2,
            Scope.BATCH,
            4,
            Scope.BATCH,
            5,
            Scope.CORE,
            6,
            Scope.CORE,
            7,
            Scope.RETRY,
            13,
            Scope.PROCESS,
            101,
            Scope.PROCESS));
    expected.putAll(
        Map.of(
            1002,
            Scope.BATCH,
            1004,
            Scope.CORE,
            1005,
            Scope.RETRY,
            1006,
            Scope.BATCH,
            1201,
            Scope.PROCESS,
            1202,
            Scope.CORE,
            1205,
            Scope.PROCESS,
            4711,
            Scope.CORE));
    for (Map.Entry<Integer, Scope> entry : expected.entrySet()) {
      try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
          NeuronCore core = factory.open(0)) {
        FakeNrt.configure("status=" + entry.getKey());
        assertThatThrownBy(() -> core.infer(batch(5)))
            .isInstanceOfSatisfying(
                CoreFault.class, e -> assertThat(e.scope()).isEqualTo(entry.getValue()))
            .hasMessageContaining("(" + entry.getKey() + ")");
      }
    }
  }

  @Test
  void afterAFullQueueTheSameBatchRuns() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore core = factory.open(1)) {
      FakeNrt.configure("status=7,every=2");
      float[] first = core.infer(batch(5)).values();
      assertThatThrownBy(() -> core.infer(batch(5))).isInstanceOf(CoreFault.class);
      assertThat(core.infer(batch(5)).values()).isEqualTo(first);
    }
  }

  @Test
  void aFailedCoreTakesTheOtherExecutionsOnItAlongAndOpensAfresh() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore first = factory.open(0);
        NeuronCore second = factory.open(0)) {
      float[] answer = first.infer(batch(5)).values();
      FakeNrt.configure("status=6");
      assertThatThrownBy(() -> first.infer(batch(5))).isInstanceOf(CoreFault.class);
      FakeNrt.configure("");
      assertThatThrownBy(() -> second.infer(batch(5)))
          .isInstanceOfSatisfying(CoreFault.class, e -> assertThat(e.scope()).isEqualTo(Scope.CORE))
          .hasMessageContaining("under another batch");
      first.close();
      try (NeuronCore fresh = factory.open(0)) {
        assertThat(fresh.infer(batch(5)).values()).isEqualTo(answer);
      }
    }
  }

  @Test
  void aCoreThatIsGoneCannotBeOpenedAndTheOthersGoOn() throws Exception {
    FakeNrt.configure("lost_core=2");
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore other = factory.open(3)) {
      assertThatThrownBy(() -> factory.open(2))
          .isInstanceOfSatisfying(CoreFault.class, e -> assertThat(e.scope()).isEqualTo(Scope.CORE))
          .hasMessageContaining("NeuronCore 2");
      assertThat(other.infer(batch(5)).size()).isEqualTo(1);
    }
  }

  @Test
  void aNanThatIsARequestsFailsTheBatchAndOneThatIsNobodysDoesNot() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore core = factory.open(0)) {
      FakeNrt.configure("nan=1");
      assertThatThrownBy(() -> core.infer(batch(5)))
          .isInstanceOfSatisfying(
              CoreFault.class, e -> assertThat(e.scope()).isEqualTo(Scope.BATCH))
          .hasMessageContaining("NaN");
      FakeNrt.configure("false_nan=1");
      assertThat(core.infer(batch(5)).size()).isEqualTo(1);
    }
  }

  @Test
  void theStrictPolicyBelievesTheReportAndNoPolicyBelievesNothing() throws Exception {
    NrtOptions strict = options.withNanPolicy(NanPolicy.STRICT);
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, strict);
        NeuronCore core = factory.open(0)) {
      FakeNrt.configure("false_nan=1");
      assertThatThrownBy(() -> core.infer(batch(5))).hasMessageContaining("1003");
    }
    NrtOptions ignore = options.withNanPolicy(NanPolicy.IGNORE);
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, ignore);
        NeuronCore core = factory.open(0)) {
      FakeNrt.configure("nan=1");
      assertThat(core.infer(batch(5)).values()[0]).isNaN();
    }
  }

  @Test
  void aSlotsTensorsAreAllocatedOnceAndNotForEachBatch() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore core = factory.open(0)) {
      long tensors = FakeNrt.counter("allocated_tensors");
      long sets = FakeNrt.counter("allocated_sets");
      assertThat(tensors).isEqualTo(3 * 3); // two inputs and an output for each bucket
      assertThat(sets).isEqualTo(3 * 2);
      for (int i = 0; i < 10; i++) {
        core.infer(batch(5, 8));
        core.infer(batch(30));
      }
      assertThat(FakeNrt.counter("allocated_tensors")).isEqualTo(tensors);
      assertThat(FakeNrt.counter("allocated_sets")).isEqualTo(sets);
    }
  }

  @Test
  void aCoreThatGetsNoTensorsIsNotLeftHalfOpen() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options)) {
      FakeNrt.configure("allocate_status=4");
      assertThatThrownBy(() -> factory.open(0))
          .isInstanceOf(CoreFault.class)
          .hasMessageContaining("nrt_tensor_allocate on NeuronCore 0");
      assertThat(FakeNrt.counter("live_models")).isZero();
      assertThat(FakeNrt.counter("live_sets")).isZero();
    }
  }

  @Test
  void aClosedCoreStaysClosedAndRunsNothing() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options)) {
      NeuronCore core = factory.open(0);
      core.close();
      core.close();
      assertThatThrownBy(() -> core.infer(batch(5))).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void transfersThatFailFailTheBatchAsTheirStatusSays() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore core = factory.open(0)) {
      FakeNrt.configure("write_status=4");
      assertThatThrownBy(() -> core.infer(batch(5)))
          .hasMessageContaining("nrt_tensor_write on NeuronCore 0");
      FakeNrt.configure("read_status=1203");
      assertThatThrownBy(() -> core.infer(batch(5)))
          .hasMessageContaining("nrt_tensor_read on NeuronCore 0");
    }
  }
}
