package io.ganglion.compiler.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;

class TensorBundleTest {
  @TempDir Path temp;
  private Path prefix;

  @BeforeEach
  void write() throws CompileException {
    prefix = temp.resolve("variables");
    try (TensorBundleWriter writer = new TensorBundleWriter(prefix)) {
      writer.write("b/first", List.of(2, 3), new float[] {1, 2, 3, 4, 5, 6});
      writer.write("a", List.of(), new float[] {7});
      writer.write("b/first", List.of(2, 3), new float[] {6, 5, 4, 3, 2, 1});
      writer.flush();
    }
  }

  @Test
  void whatIsWrittenIsRead() throws CompileException {
    TensorBundle bundle = TensorBundle.open(prefix);
    assertThat(bundle.keys()).containsExactly("a", "b/first");
    var weight = Objects.requireNonNull(bundle.find("b/first"));
    assertThat(weight.shape()).containsExactly(2, 3);
    assertThat(weight.read()).containsExactly(6, 5, 4, 3, 2, 1);
    assertThat(Objects.requireNonNull(bundle.find("a")).read()).containsExactly(7);
    assertThat(bundle.find("c")).isNull();
  }

  @Test
  void everyFlippedBitOfTheIndexIsNoticed() throws Exception {
    Path index = temp.resolve("variables.index");
    byte[] bytes = Files.readAllBytes(index);
    int unnoticed = 0;
    for (int at = 0; at < bytes.length; at++) {
      bytes[at] ^= 4;
      Files.write(index, bytes);
      try {
        TensorBundle bundle = TensorBundle.open(prefix);
        assertThat(bundle.keys()).containsExactly("a", "b/first");
        unnoticed++;
      } catch (CompileException e) {
        assertThat(e).hasMessageContaining("variables.index");
      }
      bytes[at] ^= 4;
    }
    // The footer has padding and the position of an empty block, which no reader uses.
    assertThat(unnoticed).isLessThan(64);
  }

  @Test
  void aFlippedBitOfTheDataIsNoticed() throws Exception {
    Path data = temp.resolve("variables.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(data);
    bytes[3] ^= 1;
    Files.write(data, bytes);
    var weight = Objects.requireNonNull(TensorBundle.open(prefix).find("b/first"));
    assertThatThrownBy(weight::read).hasMessageContaining("checksum");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, -7, Long.MIN_VALUE, 1L << 31, 1L << 40, Long.MAX_VALUE})
  void anImpossibleShapeIsRefused(long size) throws Exception {
    for (List<Long> shape : List.of(List.of(size), List.of(0L, size), List.of(1L << 20, size))) {
      Path hostile =
          entry(
              builder ->
                  shape.forEach(axis -> builder.getShapeBuilder().addDimBuilder().setSize(axis)));
      TensorBundle bundle = TensorBundle.open(hostile);
      assertThatThrownBy(() -> bundle.find("k"))
          .isInstanceOf(CompileException.class)
          .hasMessageContaining("has an impossible shape");
    }
  }

  @Test
  void aShapeWithAMillionAxesIsRefused() throws Exception {
    Path hostile =
        entry(
            builder -> {
              for (int i = 0; i < 1_000_000; i++) {
                builder.getShapeBuilder().addDimBuilder().setSize(1);
              }
            });
    TensorBundle bundle = TensorBundle.open(hostile);
    assertThatThrownBy(() -> bundle.find("k"))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("has 1000000 axes");
  }

  @Test
  void bytesOutsideOfTheDataAreRefused() throws Exception {
    for (long offset : new long[] {-1, Long.MIN_VALUE, 1, Long.MAX_VALUE}) {
      refusesToRead(entry(builder -> builder.setOffset(offset)), "beyond the end");
    }
  }

  @Test
  void aSizeThatIsNotThatOfTheShapeIsRefused() throws Exception {
    for (long size : new long[] {-4, 0, 3, 8, Long.MAX_VALUE}) {
      refusesToRead(entry(builder -> builder.setSize(size)), "is not what [] needs");
    }
  }

  @Test
  void aShardThatIsNotOneOfThemIsRefused() throws Exception {
    for (int shard : new int[] {-1, 1, Integer.MAX_VALUE}) {
      refusesToRead(entry(builder -> builder.setShardId(shard)), "is in shard " + shard + " of 1");
    }
  }

  @Test
  void slicesAndTextsAreNoWeights() throws Exception {
    refusesToRead(entry(BundleEntryProto.Builder::addSlicesBuilder), "stored in slices");
    refusesToRead(entry(builder -> builder.setDtype(DataType.DT_STRING)), "not hold numbers");
    refusesToRead(entry(builder -> builder.setDtypeValue(9999)), "not hold numbers");
  }

  @Test
  void aTextOfGigabytesIsRefusedBeforeItIsRead() throws Exception {
    Path hostile =
        entry(builder -> builder.setDtype(DataType.DT_STRING).setSize(3L << 30).setOffset(0));
    try (var sparse =
        new java.io.RandomAccessFile(temp.resolve("hostile.data-00000-of-00001").toFile(), "rw")) {
      sparse.setLength(4L << 30);
    }
    TensorBundle bundle = TensorBundle.open(hostile);
    assertThatThrownBy(() -> bundle.findText("k"))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("a text may have 16777216");
  }

  @Test
  void twoTensorsThatShareTheirBytesAreBothRead() throws Exception {
    Path shared = entry(builder -> {}, "k", "l");
    TensorBundle bundle = TensorBundle.open(shared);
    assertThat(Objects.requireNonNull(bundle.find("k")).read()).containsExactly(7);
    assertThat(Objects.requireNonNull(bundle.find("l")).read()).containsExactly(7);
  }

  private static void refusesToRead(Path prefix, String why) throws CompileException {
    var weight = Objects.requireNonNull(TensorBundle.open(prefix).find("k"));
    assertThatThrownBy(weight::read)
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("The tensor k of the checkpoint")
        .hasMessageContaining(why);
  }

  /** A checkpoint of the scalar 7, whose entries are changed before they are written. */
  private Path entry(Consumer<BundleEntryProto.Builder> change, String... keys) throws Exception {
    byte[] seven = {0, 0, (byte) 0xe0, 0x40};
    BundleEntryProto.Builder builder =
        BundleEntryProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setSize(4)
            .setCrc32C(Crc32c.masked(seven, 0, 4));
    change.accept(builder);
    SortedMap<String, byte[]> entries = new TreeMap<>();
    entries.put("", BundleHeaderProto.newBuilder().setNumShards(1).build().toByteArray());
    for (String key : keys.length == 0 ? new String[] {"k"} : keys) {
      entries.put(key, builder.build().toByteArray());
    }
    Files.write(temp.resolve("hostile.index"), BundleIndex.write(entries));
    Files.write(temp.resolve("hostile.data-00000-of-00001"), seven);
    return temp.resolve("hostile");
  }

  @Test
  void aShortDataFileIsNoticed() throws Exception {
    Path data = temp.resolve("variables.data-00000-of-00001");
    Files.write(data, java.util.Arrays.copyOf(Files.readAllBytes(data), 20));
    var weight = Objects.requireNonNull(TensorBundle.open(prefix).find("b/first"));
    assertThatThrownBy(weight::read).hasMessageContaining("cut short");
  }
}
