package io.ganglion.compiler.backend.neuron;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.compiler.CompileException;
import io.ganglion.core.nrt.FakeNeff;
import io.ganglion.core.nrt.NeffHeader;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.ModelManifest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs of a broken compiler are refused with a reason, unless they are still valid NEFFs. */
class MutatedCompilerOutputsTest {
  private static final int DATA_SIZE_AT = 16;
  private static final int[] COUNTS_AT = {168, 476, 552};
  private static final byte[] GOOD = FakeNeff.of("what would be a tar".getBytes(UTF_8));

  @TempDir Path folder;

  private final EncoderModel model = EncoderModel.of(TestArtifacts.tiny(), 1);
  private final ModelManifest manifest = TestArtifacts.tiny().sequenceLength(8).manifest();
  private Path bin;

  /** A change to the NEFF, and whether it may be accepted all the same. */
  private enum Damage {
    TRUNCATED("cannot be used", false),
    EMPTY("left no NEFF", false),
    /** Most bytes of a header have no effect: a name or a hash may have another letter. */
    FLIPPED_IN_HEADER("cannot be used", true),
    WRONG_MAGIC("cannot be used", false),
    ABSURD_SIZE("cannot be used", false),
    ABSURD_COUNT("cannot be used", false),
    TOO_LONG("cannot be used", false),
    /** Only a device could check the data. */
    FLIPPED_IN_DATA("", true),
    MISSING("left no NEFF", false),
    DIRECTORY("", false),
    STATUS("ended with status", false);

    private final String reason;
    private final boolean mayPass;

    Damage(String reason, boolean mayPass) {
      this.reason = reason;
      this.mayPass = mayPass;
    }
  }

  @BeforeEach
  void compilers() throws Exception {
    bin = Files.createDirectory(folder.resolve("bin"));
    String behaviour =
        """
        mode=$(cat '%1$s/mode')
        case $mode in
          missing) exit 0;;
          directory) mkdir "$out"; echo x > "$out/x"; exit 0;;
        esac
        cp '%1$s/mutant.neff' "$out"
        exit $mode
        """
            .formatted(bin);
    new FakeCompiler(bin, "neuronx-cc", behaviour);
    new FakeCompiler(bin, "neuron-cc", behaviour);
  }

  @Test
  void sixtySixDamagedOutputsAreRefusedOrHarmless() throws Exception {
    run(66, 4);
  }

  @Test
  @Tag("proof")
  void fiveHundredDamagedOutputsAreRefusedOrHarmless() throws Exception {
    run(500, 5);
  }

  private void run(int count, long seed) throws Exception {
    Random random = new Random(seed);
    Map<Damage, Integer> passed = new EnumMap<>(Damage.class);
    int refused = 0;
    for (int i = 0; i < count; i++) {
      Damage damage = Damage.values()[i % Damage.values().length];
      byte[] mutant = mutant(damage, random);
      Files.write(bin.resolve("mutant.neff"), mutant);
      Files.writeString(bin.resolve("mode"), mode(damage, random));
      NeuronTarget target = random.nextBoolean() ? NeuronTarget.INF2 : NeuronTarget.INF1;
      if (isRefused(i, damage, target, mutant)) {
        refused++;
      } else {
        passed.merge(damage, 1, Integer::sum);
      }
    }
    System.out.printf("%d damaged outputs: %d refused, kept %s%n", count, refused, passed);
    assertThat(passed.keySet()).allMatch(damage -> damage.mayPass);
  }

  private boolean isRefused(int mutation, Damage damage, NeuronTarget target, byte[] mutant)
      throws Exception {
    Path work = Files.createDirectory(folder.resolve("work-" + mutation));
    Path log = folder.resolve("model-" + mutation + ".encoder-8.log");
    NeuronOptions options =
        new NeuronOptions(
            target,
            NeuronType.FP16,
            false,
            1,
            List.of(8),
            Optional.empty(),
            List.of(),
            Duration.ofSeconds(30),
            1,
            false);
    try {
      NeuronBackEnd.of(options, bin.toString(), line -> {})
          .compile(manifest, model.weights()::get, work, folder.resolve("model-" + mutation));
    } catch (CompileException e) {
      assertThat(e).as("%d %s", mutation, damage).hasMessageContaining(log.toString());
      boolean reasoned =
          e.getMessage().contains(damage.reason)
              || (damage.mayPass && e.getMessage().contains("made a NEFF for"));
      assertThat(reasoned).as("%d %s: %s", mutation, damage, e.getMessage()).isTrue();
      assertThat(NeuronProgram.present(work)).isFalse();
      assertThat(work.resolve("neuron")).isEmptyDirectory();
      assertThat(log).isNotEmptyFile();
      return true;
    }
    Path neff = NeuronProgram.neff(work, NeuronProgram.read(work).buckets().get(0));
    assertThat(neff).hasBinaryContent(mutant);
    assertThat(NeffHeader.read(neff).cores()).isEqualTo(1);
    assertThat(NeffHeader.read(neff).dataSize()).isEqualTo(mutant.length - NeffHeader.SIZE);
    return false;
  }

  private static String mode(Damage damage, Random random) {
    return switch (damage) {
      case MISSING -> "missing";
      case DIRECTORY -> "directory";
      case STATUS -> String.valueOf(1 + random.nextInt(255));
      default -> "0";
    };
  }

  private static byte[] mutant(Damage damage, Random random) {
    byte[] neff = GOOD.clone();
    ByteBuffer fields = ByteBuffer.wrap(neff).order(ByteOrder.LITTLE_ENDIAN);
    switch (damage) {
      case TRUNCATED -> {
        return Arrays.copyOf(neff, 1 + random.nextInt(neff.length - 1));
      }
      case EMPTY -> {
        return new byte[0];
      }
      case TOO_LONG -> {
        return Arrays.copyOf(neff, neff.length + 1 + random.nextInt(4096));
      }
      case FLIPPED_IN_HEADER -> flip(neff, random.nextInt(NeffHeader.SIZE), random);
      case FLIPPED_IN_DATA ->
          flip(neff, NeffHeader.SIZE + random.nextInt(neff.length - NeffHeader.SIZE), random);
      case WRONG_MAGIC -> {
        fields.putInt(0, random.nextInt() | 0x80);
        fields.putInt(8, random.nextInt() | 1);
      }
      case ABSURD_SIZE -> fields.putLong(DATA_SIZE_AT, random.nextLong());
      case ABSURD_COUNT ->
          fields.putInt(COUNTS_AT[random.nextInt(COUNTS_AT.length)], random.nextInt() | 0x8000);
      case MISSING, DIRECTORY, STATUS -> {}
    }
    return neff;
  }

  private static void flip(byte[] bytes, int at, Random random) {
    bytes[at] ^= (byte) (1 + random.nextInt(255));
  }
}
