package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native memory is freed after any failure, including errors of the JVM. */
class NativeScopeTest {
  private static final List<Throwable> ALL_KINDS =
      List.of(
          new OutOfMemoryError("no memory"),
          new NoClassDefFoundError("a/Class"),
          new IllegalStateException("a bug"));

  @TempDir Path folder;

  private static NativeBuffer failing(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }

  @Test
  void whatCouldNotBeMadeIsFreedAndTheFailureToldAsItIs() {
    for (Throwable failure : ALL_KINDS) {
      List<String> freed = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  NativeScope.making(
                      scope -> {
                        scope.onClose(() -> freed.add("first"));
                        scope.onClose(() -> freed.add("second"));
                        return failing(failure);
                      }))
          .isSameAs(failure);
      assertThat(freed).containsExactly("second", "first");
    }
  }

  @Test
  void weightsThatCouldNotBeLoadedAreFreedAndTheFailureToldAsItIs() throws Exception {
    try (Artifact artifact = Artifact.open(TestArtifacts.tiny().write(folder.resolve("model")))) {
      for (Throwable failure : ALL_KINDS) {
        List<String> freed = new ArrayList<>();
        NativeScope scope =
            new NativeScope() {
              private int buffers;

              @Override
              NativeBuffer buffer(long bytes) {
                return ++buffers > 3 ? failing(failure) : super.buffer(bytes);
              }
            };
        scope.onClose(() -> freed.add("weights"));
        assertThatThrownBy(() -> CpuCoreFactory.load(scope, artifact, CpuOptions.DEFAULT))
            .isSameAs(failure);
        assertThat(freed).containsExactly("weights");
      }
    }
  }
}
