package io.ganglion.core.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HugePagesTest {
  private static final Path SMAPS = Path.of("/proc/self/smaps");

  @Test
  void buffersAreZeroedAlignedAndApart() {
    assumeTrue(HugePages.supported(), "This system's huge pages are not for us.");
    try (HugePages pages = new HugePages()) {
      List<NativeBuffer> buffers =
          List.of(pages.allocate(1), pages.allocate(100 << 20), pages.allocate(1000));
      for (NativeBuffer buffer : buffers) {
        ByteBuffer view = buffer.view();
        assertEquals(0, buffer.base().address() % NativeBuffer.ALIGNMENT);
        assertEquals(0, view.get(0));
        assertEquals(0, view.get(view.capacity() - 1));
        view.put(0, (byte) 1).put(view.capacity() - 1, (byte) 1);
      }
      assertEquals(0, buffers.get(1).view().get(1));
      assertEquals(0, buffers.get(2).view().get(1));
    }
  }

  @Test
  void theKernelIsAskedForHugePagesAndGetsThemBack() throws IOException {
    assumeTrue(
        HugePages.supported() && Files.exists(Path.of("/sys/kernel/mm/transparent_hugepage")),
        "This system's huge pages are not for us.");
    long address;
    try (HugePages pages = new HugePages()) {
      address = pages.allocate(1000).base().address();
      assertTrue(isMarked(address));
    }
    assertFalse(isMarked(address));
  }

  /** Whether the mapping around an address is marked with {@code MADV_HUGEPAGE}. */
  private static boolean isMarked(long address) throws IOException {
    boolean inside = false;
    for (String line : Files.readAllLines(SMAPS)) {
      String first = line.substring(0, line.indexOf(' '));
      if (first.matches("[0-9a-f]+-[0-9a-f]+")) {
        int dash = first.indexOf('-');
        inside =
            Long.parseUnsignedLong(first, 0, dash, 16) <= address
                && address < Long.parseUnsignedLong(first, dash + 1, first.length(), 16);
      } else if (inside && first.equals("VmFlags:")) {
        return (line + " ").contains(" hg ");
      }
    }
    return false;
  }
}
