package io.ganglion.compiler.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.ganglion.compiler.CompileException;
import java.io.ByteArrayOutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleIndexTest {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverIsWrittenIsRead(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    SortedMap<String, byte[]> entries = new TreeMap<>();
    for (int i = random.nextInt(1, 200); i > 0; i--) {
      byte[] value = new byte[random.nextInt(300)];
      random.nextBytes(value);
      entries.put("k/" + random.nextInt(1000) + "\u00e9".repeat(random.nextInt(90)), value);
    }
    Map<String, byte[]> read = BundleIndex.read(BundleIndex.write(entries), "index");
    assertThat(read.keySet()).as("seed " + seed).containsExactlyElementsOf(entries.keySet());
    entries.forEach((key, value) -> assertThat(read.get(key)).as(key).isEqualTo(value));
  }

  @Test
  void keysThatShareTheirBeginningsAreReadWhole() throws Exception {
    byte[] index =
        new Table()
            .block(
                entry(0, "bert/layer_0/kernel", "1"),
                entry(12, "1/kernel", "2"),
                entry(5, "pooler", ""))
            .bytes();
    Map<String, byte[]> read = BundleIndex.read(index, "index");
    assertThat(read.keySet())
        .containsExactly("bert/layer_0/kernel", "bert/layer_01/kernel", "bert/pooler");
  }

  @Test
  void keysThatShareFarMoreThanTheFileHoldsAreRefused() {
    // The first key has 100 kB; each of those after it is one letter longer, in four bytes.
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(entry(0, "k".repeat(100_000), ""));
    for (int i = 0; i < 100_000; i++) {
      block.writeBytes(entry(100_000 + i, "k", ""));
    }
    byte[] index = new Table().block(block.toByteArray()).bytes();
    assertThat(index).hasSizeLessThan(800_000);
    refuses(index, "its keys have more than 67108864 bytes");
  }

  @Test
  void oneBlockThatIsNamedManyTimesIsRefused() {
    Table table = new Table().block(entry(0, "k", "v".repeat(100_000)));
    for (int i = 0; i < 50_000; i++) {
      table.again();
    }
    refuses(table.bytes(), "its blocks share bytes");
  }

  @Test
  void anEntryThatSharesMoreThanTheKeyBeforeItHasIsRefused() {
    refuses(new Table().block(entry(0, "abc", ""), entry(4, "d", "")).bytes(), "cut short");
  }

  @Test
  void anEntryWhoseValueReachesBeyondItsBlockIsRefused() {
    byte[] entry = {0, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 'k'};
    refuses(new Table().block(entry).bytes(), "cut short");
  }

  @Test
  void anEntryWithANumberWithoutEndIsRefused() {
    byte[] entry = new byte[20];
    Arrays.fill(entry, (byte) 0xff);
    refuses(new Table().block(entry).bytes(), "cut short");
  }

  @Test
  void aCompressedBlockIsCalledSo() throws Exception {
    byte[] index = new Table().block(entry(0, "k", "v")).bytes();
    int type = Table.size(entry(0, "k", "v")); // where the first block's kind of compression stands
    index[type] = 1;
    refuses(index, "compressed");
  }

  @Test
  void everyCutIsRefused() throws Exception {
    SortedMap<String, byte[]> entries = new TreeMap<>(Map.of("a", new byte[3], "b", new byte[4]));
    byte[] whole = BundleIndex.write(entries);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> BundleIndex.read(cut, "index"))
          .as("cut to " + length)
          .isInstanceOf(CompileException.class)
          .hasMessageContaining("index is damaged");
    }
  }

  @Test
  void anIndexOfGigabytesIsRefusedBeforeItIsRead() throws Exception {
    try (RandomAccessFile sparse = new RandomAccessFile(temp.resolve("v.index").toFile(), "rw")) {
      sparse.setLength(3L << 30);
    }
    assertThatThrownBy(() -> TensorBundle.open(temp.resolve("v")))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("no index needs more than");
  }

  private static void refuses(byte[] index, String why) {
    assertTimeoutPreemptively(
        LONGEST,
        () ->
            assertThatThrownBy(() -> BundleIndex.read(index, "variables.index"))
                .isInstanceOf(CompileException.class)
                .hasMessageContaining("The checkpoint index variables.index is damaged")
                .hasMessageContaining(why));
  }

  private static byte[] entry(int shared, String fresh, String value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    varint(bytes, shared);
    varint(bytes, fresh.length());
    varint(bytes, value.length());
    bytes.writeBytes(fresh.getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    return bytes.toByteArray();
  }

  private static void varint(ByteArrayOutputStream to, long value) {
    long rest = value;
    while (rest >= 0x80) {
      to.write((int) (rest | 0x80));
      rest >>>= 7;
    }
    to.write((int) rest);
  }

  /** A table whose blocks hold what they are given, with checksums that are right. */
  private static final class Table {
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private final ByteArrayOutputStream handles = new ByteArrayOutputStream();
    private byte[] lastHandle = {};
    private int blocks;

    Table block(byte[]... entries) {
      lastHandle = append(entries);
      return again();
    }

    /** Names the last block once more. */
    Table again() {
      ByteArrayOutputStream entry = new ByteArrayOutputStream();
      String key = "%08d".formatted(blocks++);
      varint(entry, 0);
      varint(entry, key.length());
      varint(entry, lastHandle.length);
      entry.writeBytes(key.getBytes(StandardCharsets.US_ASCII));
      entry.writeBytes(lastHandle);
      handles.writeBytes(entry.toByteArray());
      return this;
    }

    byte[] bytes() {
      byte[] meta = append();
      byte[] index = append(handles.toByteArray());
      ByteBuffer footer = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
      footer.put(meta).put(index).putLong(40, 0xdb4775248b80fb57L);
      file.writeBytes(footer.array());
      return file.toByteArray();
    }

    static int size(byte[] entries) {
      return entries.length + 8;
    }

    private byte[] append(byte[]... entries) {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      for (byte[] entry : entries) {
        block.writeBytes(entry);
      }
      block.writeBytes(new byte[] {0, 0, 0, 0, 1, 0, 0, 0}); // one restart
      ByteArrayOutputStream handle = new ByteArrayOutputStream();
      varint(handle, file.size());
      varint(handle, block.size());
      block.write(0);
      byte[] bytes = block.toByteArray();
      file.writeBytes(bytes);
      ByteBuffer crc = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      file.writeBytes(crc.putInt(Crc32c.masked(bytes, 0, bytes.length)).array());
      return handle.toByteArray();
    }
  }
}
