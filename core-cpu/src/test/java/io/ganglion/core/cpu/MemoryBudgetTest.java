package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.runtime.core.CoreFault;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final long MIB = 1 << 20;

  @Test
  void aModelThatIsLargerThanTheMemoryIsRefusedWithBothSizes() {
    MemoryBudget budget = new MemoryBudget(512 * MIB, 640 * MIB, 2, 128 * MIB);

    assertThatThrownBy(budget::requireFit)
        .isInstanceOf(CoreFault.class)
        .hasMessage(
            "The model does not fit into 512 MiB of memory: its weights take 640 MiB, and the"
                + " program 150 MiB more. Raise the limit.");
  }

  @Test
  void theProgramNeedsItsShareBesideTheWeights() throws CoreFault {
    assertThatThrownBy(new MemoryBudget(700 * MIB, 640 * MIB, 1, MIB)::requireFit)
        .isInstanceOf(CoreFault.class);
    new MemoryBudget(800 * MIB, 640 * MIB, 1, MIB).requireFit();
  }

  @Test
  void whatIsNeededStandsBesideWhatThereIs() {
    assertThat(new MemoryBudget(2048 * MIB, 640 * MIB, 2, 512 * MIB).note())
        .isEqualTo(
            "memory: up to 870 MiB (weights 640 MiB, 2 cores of 40 MiB, program 150 MiB) and a Java"
                + " heap bounded at 512 MiB, of 2.0 GiB");
  }

  @Test
  void aHeapThatMayGrowPastTheLimitIsNamed() {
    assertThat(new MemoryBudget(1024 * MIB, 640 * MIB, 1, 512 * MIB).note())
        .endsWith("bounded at 512 MiB, of 1.0 GiB; bound the heap with -Xmx, or raise the limit");
  }
}
