package io.ganglion.core.cpu;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.ArrayList;
import java.util.List;

/**
 * Zeroed memory for a model's weights: buffers one after the other in large mappings, for which the
 * operating system is asked to use huge pages. Small pages cause TLB misses, and they are scattered
 * in memory. Then it is chance how many weights share a cache set, which changes a core's speed by
 * up to a tenth from load to load. If there are no huge pages, the memory has small ones. Not
 * thread-safe. All memory is freed together.
 */
final class HugePages implements AutoCloseable {
  /** The size of a huge page on x86-64, and on Arm with pages of 4 KiB. */
  private static final long PAGE = 2L << 20;

  /** Size of a mapping. An unused part costs no memory, except for the rest of its last page. */
  private static final long MAPPING = 32 * PAGE;

  private final List<Mapping> mappings = new ArrayList<>();
  private long next;
  private long end;

  private record Mapping(long address, long bytes) {}

  /** Whether this system has huge pages. Its settings decide whether a process gets them. */
  static boolean supported() {
    return Platform.isLinux() && Platform.is64Bit();
  }

  /** Memory that is valid until {@link #close}, aligned to a cache line. */
  NativeBuffer allocate(long bytes) {
    long size = roundUp(bytes, NativeBuffer.ALIGNMENT);
    if (size > end - next) {
      map(roundUp(Math.max(size, MAPPING), PAGE));
    }
    NativeBuffer buffer = NativeBuffer.borrow(next, bytes);
    next += size;
    return buffer;
  }

  private void map(long bytes) {
    // One huge page more than needed, because a mapping may begin at any small page.
    long mapped = bytes + PAGE;
    long address = Linux.map(mapped);
    mappings.add(new Mapping(address, mapped));
    next = roundUp(address, PAGE);
    end = next + bytes;
    Linux.preferHugePages(next, bytes);
  }

  private static long roundUp(long value, long multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }

  @Override
  public void close() {
    for (Mapping mapping : mappings) {
      Linux.unmap(mapping.address, mapping.bytes);
    }
    mappings.clear();
    next = 0;
    end = 0;
  }

  /** Linux's functions, loaded on first use. */
  private static final class Linux {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MADV_HUGEPAGE = 14;
    private static final long MAP_FAILED = -1;

    private static final NativeLibrary C = NativeLibrary.getInstance(Platform.C_LIBRARY_NAME);
    private static final Function MMAP = C.getFunction("mmap");
    private static final Function MADVISE = C.getFunction("madvise");
    private static final Function MUNMAP = C.getFunction("munmap");

    static long map(long bytes) {
      Object[] arguments = {0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L};
      long address = MMAP.invokeLong(arguments);
      if (address == MAP_FAILED) {
        throw new DnnlException("allocate " + bytes + " bytes", 1);
      }
      return address;
    }

    /**
     * Only a hint: a Linux kernel without huge pages refuses it, and the memory works all the same.
     */
    static void preferHugePages(long address, long bytes) {
      MADVISE.invokeInt(new Object[] {address, bytes, MADV_HUGEPAGE});
    }

    static void unmap(long address, long bytes) {
      MUNMAP.invokeInt(new Object[] {address, bytes});
    }
  }
}
