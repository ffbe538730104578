package io.ganglion.runtime.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.artifact.ArtifactException.Reason;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reader refuses an artifact with any damage, by an {@link ArtifactException} and no other. */
class ArtifactMutationTest {
  private static final long SEED = 20_260_101;
  private static final int MUTATIONS = 1000;
  private static final int SIGNED_MUTATIONS = 400;
  private static final List<Mutation> ALL = List.of(Mutation.values());

  private static final Map<Mutation, Set<Reason>> OF_A_LISTED_FILE =
      new EnumMap<>(
          Map.of(
              Mutation.FLIP, EnumSet.of(Reason.CHECKSUM),
              Mutation.SWAP, EnumSet.of(Reason.CHECKSUM),
              Mutation.TRUNCATE, EnumSet.of(Reason.TRUNCATED),
              Mutation.EXTEND, EnumSet.of(Reason.TRUNCATED),
              Mutation.DELETE, EnumSet.of(Reason.TRUNCATED)));
  private static final Set<Reason> OF_THE_MANIFEST =
      EnumSet.of(
          Reason.NOT_AN_ARTIFACT,
          Reason.TOO_OLD,
          Reason.TOO_NEW,
          Reason.MALFORMED,
          Reason.CHECKSUM);

  private enum Mutation {
    FLIP,
    SWAP,
    TRUNCATE,
    EXTEND,
    DELETE
  }

  /** Files that only some artifacts have, below their directory. */
  private static final String GRAPH = "saved_model/saved_model.pb";

  private static final String COMPILED = "neuron/encoder.neff";

  @TempDir Path directory;

  private Path model;

  @BeforeEach
  void write() throws Exception {
    model =
        TestArtifacts.of(new ModelDimensions(80, 16, 2, 8, 1, 2, 8))
            .precision(Precision.INT8)
            .moreFiles((work, manifest, weights) -> writeMore(work))
            .write(directory.resolve("model"));
  }

  private static void writeMore(Path work) throws IOException {
    for (String name : List.of(GRAPH, COMPILED)) {
      Files.createDirectories(work.resolve(name).getParent());
      Files.writeString(work.resolve(name), "what is in " + name + " matters to its reader alone");
    }
  }

  @Test
  void everyChangeOfAnyFileIsRefusedForItsReason() throws Exception {
    List<String> names =
        List.of(
            ArtifactFiles.MANIFEST,
            ArtifactFiles.WEIGHTS,
            ArtifactFiles.TOKENIZER,
            ArtifactFiles.GOLDEN,
            GRAPH,
            COMPILED);
    Random random = new Random(SEED);
    for (int i = 0; i < MUTATIONS; i++) {
      String name = names.get(random.nextInt(names.size()));
      Mutation mutation = ALL.get(random.nextInt(ALL.size()));
      Path file = model.resolve(name);
      byte[] before = Files.readAllBytes(file);
      byte[] after = mutate(before, mutation, random);
      if (Arrays.equals(before, after)) {
        continue; // two equal bytes were swapped
      }
      if (mutation == Mutation.DELETE) {
        Files.delete(file);
      } else {
        Files.write(file, after);
      }
      Set<Reason> allowed =
          name.equals(ArtifactFiles.MANIFEST) ? OF_THE_MANIFEST : OF_A_LISTED_FILE.get(mutation);
      assertThat(reason(model))
          .as("seed %d, mutation %d: %s of %s", SEED, i, mutation, name)
          .isIn(allowed);
      Files.write(file, before);
    }
    Artifact.open(model).close(); // every damage was undone
  }

  /** The damaged file gets a valid checksum, so that its parser must refuse it. */
  @Test
  void noSignedRubbishEscapesTheParsers() throws Exception {
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < SIGNED_MUTATIONS; i++) {
      String name =
          List.of(ArtifactFiles.WEIGHTS, ArtifactFiles.GOLDEN, ArtifactFiles.TOKENIZER)
              .get(random.nextInt(3));
      byte[] before = Files.readAllBytes(model.resolve(name));
      byte[] after = before.clone();
      int header = Math.min(after.length, 600); // most of what can go wrong is in the header
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        after[random.nextInt(header)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(4) == 0) {
        after = mutate(after, Mutation.TRUNCATE, random);
      }
      Resigned.file(model, name, after);
      try {
        Artifact.open(model).close(); // the change hit a piece or a name that does not matter
      } catch (ArtifactException e) {
        refused++;
        assertThat(e.reason()).isNotIn(Reason.IO, Reason.CHECKSUM, Reason.EXISTS);
        assertThat(e.getMessage()).contains(name);
      }
      Resigned.file(model, name, before);
    }
    assertThat(refused).isGreaterThan(SIGNED_MUTATIONS / 4);
  }

  private static byte[] mutate(byte[] bytes, Mutation mutation, Random random) {
    byte[] mutated = bytes.clone();
    int at = random.nextInt(bytes.length);
    switch (mutation) {
      case FLIP -> mutated[at] ^= (byte) (1 << random.nextInt(8));
      case SWAP -> {
        int other = random.nextInt(bytes.length);
        mutated[at] = bytes[other];
        mutated[other] = bytes[at];
      }
      case TRUNCATE -> mutated = Arrays.copyOf(bytes, at);
      case EXTEND -> {
        mutated = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(9));
        for (int i = bytes.length; i < mutated.length; i++) {
          mutated[i] = (byte) (random.nextBoolean() ? '\n' : random.nextInt());
        }
      }
      case DELETE -> mutated = new byte[0];
    }
    return mutated;
  }

  /** The reason for a refusal; null if it opens. Any other exception fails the test. */
  private static Reason reason(Path artifact) {
    try {
      Artifact.open(artifact).close();
      return null;
    } catch (ArtifactException e) {
      assertThat(e.getMessage()).isNotBlank();
      return e.reason();
    }
  }
}
