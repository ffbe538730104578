package io.ganglion.core.nrt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.ArtifactException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeffHeaderTest {
  private static final byte[] NEFF = FakeNeff.of("a program".getBytes(US_ASCII));

  @TempDir Path folder;

  @Test
  void aHeaderTellsVersionCoresNameAndUuid() throws Exception {
    NeffHeader header = NeffHeader.read(Files.write(folder.resolve("ok.neff"), NEFF));
    assertThat(header.major()).isEqualTo(2);
    assertThat(header.minor()).isEqualTo(0);
    assertThat(header.cores()).isEqualTo(1);
    assertThat(header.dataSize()).isEqualTo("a program".length());
    assertThat(header.name()).isEqualTo("fake");
    assertThat(header.buildVersion()).isEqualTo("fake 1.0");
    assertThat(header.uuid()).isEqualTo("0102030405060708090a0b0c0d0e0f10");
  }

  @Test
  void anEmptyFileIsRefusedAsEmpty() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.neff"));
    assertThat(NeffHeader.present(empty)).isFalse();
    assertThatThrownBy(() -> NeffHeader.read(empty))
        .isInstanceOfSatisfying(
            ArtifactException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TRUNCATED))
        .hasMessageContaining("empty.neff")
        .hasMessageContaining("empty");
  }

  /** Each gives one field a value that no compiler would write. */
  private static final List<BiConsumer<ByteBuffer, Random>> BREAKS =
      List.of(
          (b, r) -> b.putLong(0, 100 + r.nextInt(1 << 30)),
          (b, r) -> b.putLong(8, NeffHeader.SIZE + 1 + r.nextInt(1 << 20)),
          (b, r) -> b.putLong(8, -1 - (long) r.nextInt(1 << 20)),
          (b, r) -> b.putLong(16, b.getLong(16) + 1 + r.nextInt(1 << 20)),
          (b, r) -> b.putLong(16, b.getLong(16) - 1 - r.nextInt(1 << 20)),
          (b, r) -> b.putLong(16, r.nextLong() | Long.MIN_VALUE),
          (b, r) -> b.putLong(24, 100 + (r.nextLong() >>> 1)),
          (b, r) -> b.putLong(32, -1 - (r.nextLong() >>> 1)),
          (b, r) -> b.put(40 + r.nextInt(8), (byte) (128 + r.nextInt(128))),
          (b, r) -> fill(b, 40, 128, 'x'),
          (b, r) -> b.putInt(168, 0),
          (b, r) -> b.putInt(168, 65 + r.nextInt(1 << 30)),
          (b, r) -> b.putInt(168, -1 - r.nextInt(1 << 30)),
          (b, r) -> b.put(220 + r.nextInt(4), (byte) (1 + r.nextInt(31))),
          (b, r) -> fill(b, 220, 256, 'y'),
          (b, r) -> b.putInt(476, 65 + r.nextInt(1 << 30)),
          (b, r) -> b.put(480, (byte) 0),
          (b, r) -> b.put(480 + r.nextInt(64), (byte) (65 + r.nextInt(190))),
          (b, r) -> b.putInt(552, 3 + r.nextInt(1 << 30)));

  private static void fill(ByteBuffer bytes, int at, int count, char value) {
    for (int i = 0; i < count; i++) {
      bytes.put(at + i, (byte) value);
    }
  }

  @Test
  void aThousandBrokenHeadersAreEachRefusedWithAReasonAndThePlace() throws Exception {
    Random random = new Random(20);
    for (int i = 0; i < 1000; i++) {
      byte[] mutated = NEFF.clone();
      if (i % 10 == 0) {
        mutated = Arrays.copyOf(mutated, random.nextInt(mutated.length));
      } else {
        ByteBuffer bytes = ByteBuffer.wrap(mutated).order(ByteOrder.LITTLE_ENDIAN);
        BREAKS.get(random.nextInt(BREAKS.size())).accept(bytes, random);
      }
      try {
        NeffHeader.parse(head(mutated), mutated.length, "encoder.neff");
        fail("mutation " + i + " was taken");
      } catch (ArtifactException e) {
        assertThat(e.getMessage()).contains("encoder.neff").contains("cannot be used");
      }
    }
  }

  @Test
  void noBytesAtAllMakeTheParserFailInAnotherWay() {
    Random random = new Random(21);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = NEFF.clone();
      for (int flip = random.nextInt(6); flip >= 0; flip--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertThat(NeffHeader.parse(head(bytes), bytes.length, "x").cores()).isBetween(1, 64);
      } catch (ArtifactException e) {
        assertThat(e.reason()).isIn(Reason.MALFORMED, Reason.TRUNCATED);
      }
    }
  }

  private static ByteBuffer head(byte[] bytes) {
    return ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, NeffHeader.SIZE));
  }
}
