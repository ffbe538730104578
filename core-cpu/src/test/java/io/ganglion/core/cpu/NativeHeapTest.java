package io.ganglion.core.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NativeHeapTest {
  /** Below 128 KiB, the size from which glibc maps a separate block. */
  private static final int BLOCK = 64 << 10;

  private static final int PAIRS = 1024;

  @Test
  void whatIsFreedBetweenBlocksThatStayGoesBackToTheSystem() throws IOException {
    assumeTrue(Platform.isLinux(), "Only glibc is asked to give memory back.");
    List<NativeBuffer> stay = new ArrayList<>();
    List<NativeBuffer> go = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      stay.add(touched());
      go.add(touched());
    }
    go.forEach(NativeBuffer::close);
    long before = residentKilobytes();
    NativeHeap.trim();
    long after = residentKilobytes();
    stay.forEach(NativeBuffer::close);
    long freed = (long) PAIRS * BLOCK / 1024;
    assertTrue(before - after > freed / 2, before + " kB, then " + after + " kB");
  }

  private static NativeBuffer touched() {
    NativeBuffer buffer = NativeBuffer.allocate(BLOCK);
    for (int at = 0; at < BLOCK; at += 4096) {
      buffer.view().put(at, (byte) 1);
    }
    return buffer;
  }

  private static long residentKilobytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("No VmRSS");
  }
}
