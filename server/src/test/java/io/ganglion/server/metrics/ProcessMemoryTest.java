package io.ganglion.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMemoryTest {
  private static final int NATIVE = 64 << 20;

  @TempDir private Path folder;

  @Test
  void nativeMemoryCounts() {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "only Linux tells");
    long before = ProcessMemory.bytes();
    ByteBuffer buffer = ByteBuffer.allocateDirect(NATIVE); // zeroed, and so resident
    assertThat(ProcessMemory.bytes() - before).isGreaterThan(NATIVE / 2);
    assertThat(buffer.get(NATIVE - 1)).isZero();
  }

  @Test
  void whatTheKernelSaysIsRead() throws Exception {
    Path status = Files.writeString(folder.resolve("status"), "Name:\tjava\nVmRSS:\t  1024 kB\n");
    assertThat(ProcessMemory.resident(status)).hasValue(1 << 20);
    assertThat(ProcessMemory.resident(Files.writeString(status, "VmRSS: none\n"))).isEmpty();
    assertThat(ProcessMemory.resident(folder.resolve("none"))).isEmpty();
  }
}
