package io.ganglion.runtime.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.artifact.Artifact;
import org.junit.jupiter.api.Test;

/**
 * What every {@link CoreProvider} promises. A subclass names a provider and an artifact that it
 * runs.
 */
public abstract class CoreProviderContract {
  protected abstract CoreProvider provider();

  /** An artifact that the provider can run here. It stays open during the test. */
  protected abstract Artifact artifact() throws Exception;

  /** Options with which the provider can run the artifact. */
  protected CoreOptions options() {
    return CoreOptions.DEFAULT;
  }

  @Test
  void isFoundByItsName() {
    assertThat(CoreKinds.found().named(provider().kind())).hasSameClassAs(provider());
  }

  @Test
  void wouldRunTheArtifactAndSaysWhy() throws Exception {
    Probe probe = provider().probe(artifact(), options());
    assertThat(probe.usable()).isTrue();
    assertThat(probe.reason()).isNotBlank().doesNotEndWith(".");
  }

  @Test
  void opensEachOfItsExecutionsAndAgainAfterItWasClosed() throws Exception {
    try (CoreSet cores = provider().open(artifact(), options())) {
      for (int round = 0; round < 2; round++) {
        for (int index = 0; index < cores.executions(); index++) {
          try (NeuronCore core = cores.factory().open(index)) {
            assertThat(core.info().kind()).isEqualTo(provider().kind());
            assertThat(core.info().maxBatchSize()).isGreaterThanOrEqualTo(cores.batchRequests());
            assertThat(GoldenCheck.run(core, artifact().golden(), artifact().manifest()).passed())
                .isTrue();
          }
        }
      }
      assertThat(cores.paddingRatio().getAsDouble()).isBetween(0.0, 1.0);
      assertThat(cores.lengthBuckets()).isSorted();
    }
  }

  @Test
  void takesAsManyCoresAndRequestsAsItIsTold() throws Exception {
    CoreOptions few = new CoreOptions(1, 1, 2, options().named());
    try (CoreSet cores = provider().open(artifact(), few)) {
      assertThat(cores.cores()).isOne();
      assertThat(cores.executions()).isOne();
      assertThat(cores.batchRequests()).isEqualTo(2);
    }
  }
}
