package io.ganglion.runtime.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.runtime.artifact.ArtifactException.Reason;
import io.ganglion.runtime.model.BFloat16;
import io.ganglion.runtime.model.Float16;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.TensorType;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsTest {
  private static final String A = "'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}";

  @TempDir Path directory;

  @Test
  void aFileOfAnotherWriterIsRead() throws Exception {
    // sorted and spaced as others do it: metadata first, not in file order, unaligned
    Path file =
        file(
            "{'__metadata__':{'format':'pt'},"
                + "'z':{'dtype':'I8','shape':[],'data_offsets':[8,9]}, "
                + A
                + ",'e':{'dtype':'BF16','shape':[3,0],'data_offsets':[8,8]}}  ",
            9);
    try (SafeTensors tensors = SafeTensors.open(file)) {
      assertThat(tensors.specs())
          .containsExactly(
              TensorSpec.of("a", TensorType.F32, 2),
              TensorSpec.of("e", TensorType.BF16, 3, 0),
              TensorSpec.of("z", TensorType.I8));
      assertThat(TensorValues.bytes(tensors, "z").get()).isEqualTo((byte) 8);
      assertThat(TensorValues.bytes(tensors, "e").remaining()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[]                                                            | 0 | MALFORMED | begin",
        "{                                                             | 0 | MALFORMED | JSON",
        "{}x                                                           | 0 | MALFORMED | JSON",
        "{} {}                                                         | 0 | MALFORMED | follows",
        "{'a':1}                                                       | 0 | MALFORMED | a is not",
        "{'a':{'dtype':'F32','shape':[2]}}                             | 8 | MALFORMED | lacks",
        "{'a':{'dtype':'F99','shape':[2],'data_offsets':[0,8]}}        | 8 | MALFORMED | F99",
        "{'a':{'dtype':1,'shape':[2],'data_offsets':[0,8]}}            | 8 | MALFORMED | unknown",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}       | 8 | MALFORMED | negative",
        "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}      | 8 | MALFORMED | integer",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8,8]}}      | 8 | MALFORMED | two",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}        | 8 | MALFORMED | fit",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}        | 8 | MALFORMED | fit",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'x':1}}  | 8 | MALFORMED | field x",
        "{'a':{'dtype':'F32','shape':[4294967296],'data_offsets':[0,8]}}|8 | MALFORMED | impossible",
        "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]}}|8|MALFORMED|JSON",
        "{'a':{'dtype':'I8','shape':[2147483647,2147483647,2147483647],'data_offsets':[0,8]}}|8|MALFORMED|impossible",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'a':{'dtype':'F32','shape':[2],'data_offsets':[8,16]}} | 16 | MALFORMED | JSON",
        "{'__metadata__':{'a':1},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | 8 | MALFORMED | metadata",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}        | 7 | TRUNCATED | end",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}        | 9 | HOLE      | follow",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}       |12 | HOLE      | unused",
        "{}                                                            | 1 | HOLE      | follow",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}} | 12 | OVERLAP | shares",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | 8 | OVERLAP | shares",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[2],'data_offsets':[12,20]}} | 20 | HOLE | unused",
      })
  void everyWayToBeWrongHasItsReason(String header, int bytes, Reason reason, String words)
      throws Exception {
    Path file = file(header, bytes);
    assertThatThrownBy(() -> SafeTensors.open(file))
        .isInstanceOfSatisfying(
            ArtifactException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(words)
        .hasMessageContaining(file.toString());
  }

  @Test
  void anAbsurdHeaderLengthCostsNoMemory() throws Exception {
    Path file = directory.resolve("absurd");
    for (long length : new long[] {-1, Long.MIN_VALUE, 1L << 40, (16 << 20) + 1}) {
      Files.write(
          file, ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
      refuses(file, Reason.MALFORMED);
    }
    Files.write(file, ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(57).array());
    refuses(file, Reason.TRUNCATED);
    Files.write(file, new byte[7]);
    refuses(file, Reason.TRUNCATED);
    refuses(file(" {}", 0), Reason.MALFORMED);
    refuses(directory.resolve("absent"), Reason.IO);
    refuses(directory, Reason.IO);
  }

  @Test
  @Timeout(10)
  void aPipeIsRefusedWithoutWaitingForItsWriter() throws Exception {
    Path pipe = directory.resolve("pipe");
    assumeTrue(
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "there is no mkfifo");
    assertThatThrownBy(() -> SafeTensors.open(pipe))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("not a regular file");
  }

  @Test
  void aClosedFileIsReadNoMore() throws Exception {
    SafeTensors tensors = SafeTensors.open(file("{" + A + "}", 8));
    tensors.close();
    tensors.close();
    assertThatThrownBy(() -> tensors.read("a", ByteBuffer.allocate(8)))
        .isInstanceOfSatisfying(
            ArtifactException.class, e -> assertThat(e.reason()).isEqualTo(Reason.IO));
  }

  @Test
  void aReadFillsTheTargetFromItsPosition() throws Exception {
    try (SafeTensors tensors = SafeTensors.open(file("{" + A + "}", 8))) {
      for (ByteBuffer target : List.of(ByteBuffer.allocate(12), ByteBuffer.allocateDirect(12))) {
        tensors.read("a", target.position(3));
        assertThat(target.position()).isEqualTo(11);
        assertThat(target.limit()).isEqualTo(12);
        assertThat(target.get(3)).isZero();
        assertThat(target.get(10)).isEqualTo((byte) 7);
      }
      assertThatThrownBy(() -> tensors.read("a", ByteBuffer.allocate(7)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aWrongNameOrTypeIsRefused() throws Exception {
    try (SafeTensors tensors = SafeTensors.open(file("{" + A + "}", 8))) {
      assertThatThrownBy(() -> tensors.floats("b")).hasMessageContaining("no tensor b");
      assertThatThrownBy(() -> tensors.ints("a")).hasMessageContaining("F32, not I32");
      assertThat(tensors.floats("a")).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource({"F64", "F32", "F16", "BF16"})
  void realNumbersOfAllTypesAreReadAsFp32(TensorType type) throws Exception {
    int count = (1 << 18) + 3; // more than are read at once
    ByteBuffer values = ByteBuffer.allocate(count * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      float value = i % 200 - 100; // exact in 8 bits
      switch (type.bytes()) {
        case 8 -> values.putDouble(value);
        case 4 -> values.putFloat(value);
        default -> values.putShort(type == TensorType.F16 ? Float16.of(value) : BFloat16.of(value));
      }
    }
    Path file =
        file(
            "{'a':{'dtype':'%s','shape':[%d],'data_offsets':[0,%d]}}"
                .formatted(type, count, values.capacity()),
            0);
    Files.write(file, values.array(), StandardOpenOption.APPEND);
    try (SafeTensors tensors = SafeTensors.open(file)) {
      float[] read = tensors.reals("a");
      assertThat(read).hasSize(count);
      for (int i = 0; i < count; i++) {
        assertThat(read[i]).isEqualTo(i % 200 - 100);
      }
    }
  }

  @Test
  void wholeNumbersAreNotReal() throws Exception {
    try (SafeTensors tensors =
        SafeTensors.open(file("{'a':{'dtype':'I64','shape':[1],'data_offsets':[0,8]}}", 8))) {
      assertThatThrownBy(() -> tensors.reals("a")).hasMessageContaining("no type of real numbers");
    }
  }

  @Test
  void aFileThatIsCutWhileItIsOpenIsCalledTruncatedByEveryReader() throws Exception {
    int count = 1 << 16; // beyond a page, so that reading a map of it would fault
    Path file =
        file(
            "{'a':{'dtype':'F32','shape':[%d],'data_offsets':[0,%d]}}".formatted(count, 4 * count),
            4 * count);
    try (SafeTensors tensors = SafeTensors.open(file);
        RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
      assertThat(tensors.floats("a")).hasSize(count);
      cut.setLength(4096);
      truncated(() -> tensors.floats("a"));
      truncated(() -> tensors.reals("a"));
      truncated(() -> tensors.read("a", ByteBuffer.allocate(4 * count)));
      truncated(() -> tensors.read("a", ByteBuffer.allocateDirect(4 * count)));
    }
  }

  @Test
  void whatWasReadOutlivesItsFile() throws Exception {
    int count = 1 << 16;
    Path file =
        file(
            "{'a':{'dtype':'I32','shape':[%d],'data_offsets':[0,%d]}}".formatted(count, 4 * count),
            4 * count);
    try (SafeTensors tensors = SafeTensors.open(file)) {
      int[] values = tensors.ints("a");
      Files.write(file, new byte[0]);
      assertThat(values[count - 1]).isEqualTo(0xfffefdfc);
    }
  }

  private static void truncated(org.assertj.core.api.ThrowableAssert.ThrowingCallable read) {
    assertThatThrownBy(read)
        .isInstanceOfSatisfying(
            ArtifactException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TRUNCATED))
        .hasMessageContaining("is truncated")
        .hasMessageContaining("copy or make it again");
  }

  @Test
  void filesBeyondTwoGigabytesAreRead() throws Exception {
    long first = 1_900_000_000;
    long second = 1_000_000_000;
    byte[] json =
        json(
            "{'a':{'dtype':'I8','shape':[%d],'data_offsets':[0,%d]},"
                    .formatted(first - 1, first - 1)
                + "'d':{'dtype':'I8','shape':[1],'data_offsets':[%d,%d]},"
                    .formatted(first - 1, first)
                + "'b':{'dtype':'I8','shape':[%d],'data_offsets':[%d,%d]},"
                    .formatted(second, first, first + second)
                + "'c':{'dtype':'I32','shape':[2],'data_offsets':[%d,%d]}}"
                    .formatted(first + second, first + second + 8));
    Path file = directory.resolve("large");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(length(json.length));
      sparse.write(json);
      long start = sparse.getFilePointer();
      sparse.seek(start + first + second);
      sparse.write(new byte[] {1, 0, 0, 0, 0, 1, 0, 0});
      sparse.seek(start + first - 1);
      sparse.write(42);
    }
    try (SafeTensors tensors = SafeTensors.open(file)) {
      assertThat(tensors.ints("c")).containsExactly(1, 256);
      assertThat(TensorValues.bytes(tensors, "d").get()).isEqualTo((byte) 42);
      ByteBuffer target = ByteBuffer.allocate(8);
      tensors.read("c", target);
      assertThat(target.get(0)).isEqualTo((byte) 1);
    }
  }

  private void refuses(Path file, Reason reason) {
    assertThatThrownBy(() -> SafeTensors.open(file))
        .isInstanceOfSatisfying(
            ArtifactException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  /** A file with this header and the bytes 0, 1, 2 ... */
  private Path file(String header, int bytes) throws Exception {
    byte[] json = json(header);
    byte[] all = Arrays.copyOf(length(json.length), 8 + json.length + bytes);
    System.arraycopy(json, 0, all, 8, json.length);
    for (int i = 0; i < bytes; i++) {
      all[8 + json.length + i] = (byte) i;
    }
    return Files.write(directory.resolve("tensors"), all);
  }

  private static byte[] json(String header) {
    return header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] length(int length) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }
}
