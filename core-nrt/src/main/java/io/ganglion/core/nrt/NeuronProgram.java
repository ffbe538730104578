package io.ganglion.core.nrt;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.ArtifactException.Reason;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code neuron/program.json} of an artifact: the NEFFs, one for each sequence length, and what a
 * core must know to feed them. Each NEFF takes {@code embeddings} [batch, length, hidden] and
 * {@code mask_bias} [batch, 1, 1, length] of {@code type}, and gives {@code logits} [batch, labels]
 * of {@code logitsType}. Immutable.
 *
 * @param format version of this file, {@link #FORMAT}
 * @param target "inf1", "inf2", "trn1" or "trn2"
 * @param type number type of the inputs and of the matrix multiplications
 * @param logitsType number type of the output
 * @param batchSize rows the NEFFs were compiled for
 * @param compiler name and version that the vendor's compiler reported
 * @param buckets at least one, in rising order of length
 */
@JsonIgnoreProperties(ignoreUnknown = false)
public record NeuronProgram(
    @JsonProperty(value = "format", required = true) int format,
    @JsonProperty(value = "target", required = true) String target,
    @JsonProperty(value = "type", required = true) NeuronType type,
    @JsonProperty(value = "logits_type", required = true) NeuronType logitsType,
    @JsonProperty(value = "batch_size", required = true) int batchSize,
    @JsonProperty(value = "compiler", required = true) String compiler,
    @JsonProperty(value = "buckets", required = true) List<Bucket> buckets) {
  /** The only format version that is written and read. */
  public static final int FORMAT = 1;

  /** The folder of an artifact that holds everything for the device. */
  public static final String FOLDER = "neuron";

  /** The NEFF's tensor names that the compiler was asked for. */
  public static final String EMBEDDINGS = "embeddings";

  public static final String MASK_BIAS = "mask_bias";
  public static final String LOGITS = "logits";

  /** Added to the attention scores of padding. It fits fp16. */
  public static final float MASKED = -10000f;

  private static final String FILE = "program.json";
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * One NEFF of the program.
   *
   * @param sequenceLength tokens a row
   * @param neff file name in the folder
   */
  public record Bucket(
      @JsonProperty(value = "sequence_length", required = true) int sequenceLength,
      @JsonProperty(value = "neff", required = true) String neff) {
    public Bucket {
      if (sequenceLength < 1) {
        throw new IllegalArgumentException("A bucket of " + sequenceLength + " tokens.");
      }
      if (!neff.matches("[A-Za-z0-9._-]+") || neff.startsWith(".")) {
        throw new IllegalArgumentException("A NEFF must be a plain file name: " + neff);
      }
    }
  }

  public NeuronProgram {
    buckets = List.copyOf(buckets);
    if (batchSize < 1) {
      throw new IllegalArgumentException("The batch size must be at least 1: " + batchSize);
    }
    if (buckets.isEmpty()) {
      throw new IllegalArgumentException("A program needs at least one NEFF.");
    }
    if (!buckets.stream()
        .map(Bucket::sequenceLength)
        .sorted()
        .distinct()
        .toList()
        .equals(buckets.stream().map(Bucket::sequenceLength).toList())) {
      throw new IllegalArgumentException("The sequence lengths must rise: " + buckets);
    }
  }

  /** Why a model cannot be a program for NeuronCores, as a clause; empty if it can. */
  public static Optional<String> obstacle(Task task, ModelDimensions dimensions) {
    if (task.kind() != Task.Kind.SEQUENCE_CLASSIFICATION || task.pooling() != Pooling.FIRST) {
      return Optional.of(
          "programs for NeuronCores classify sequences by their first token, and this model is for"
              + " %s".formatted(task));
    }
    if (dimensions.projectsEmbeddings()) {
      return Optional.of(
          ("programs for NeuronCores read embeddings as wide as the encoder, and this model's have"
                  + " %d columns where the encoder has %d")
              .formatted(dimensions.embeddingSize(), dimensions.hiddenSize()));
    }
    return Optional.empty();
  }

  /**
   * Whether current versions of {@code libnrt} can run it. Only old ones support Inferentia v1, and
   * they need tensors placed differently.
   */
  public boolean runnable() {
    return !target.equals("inf1");
  }

  /** The longest row. */
  public int maxSequenceLength() {
    return buckets.stream()
        .max(Comparator.comparingInt(Bucket::sequenceLength))
        .orElseThrow()
        .sequenceLength();
  }

  /** Whether an artifact's directory holds a program for a device. */
  public static boolean present(Path artifact) {
    return Files.isRegularFile(artifact.resolve(FOLDER).resolve(FILE));
  }

  /** Reads the program of an artifact's directory and checks the header of each NEFF. */
  public static NeuronProgram read(Path artifact) throws ArtifactException {
    Path file = artifact.resolve(FOLDER).resolve(FILE);
    NeuronProgram program;
    try {
      program = JSON.readValue(file.toFile(), NeuronProgram.class);
    } catch (IOException e) {
      throw new ArtifactException(
          Files.exists(file) ? Reason.MALFORMED : Reason.IO,
          "Cannot read the program for the NeuronCores, " + file + ": " + firstLine(e),
          e);
    }
    if (program.format() != FORMAT) {
      throw new ArtifactException(
          program.format() > FORMAT ? Reason.TOO_NEW : Reason.TOO_OLD,
          file + " is of format " + program.format() + "; this version reads " + FORMAT + ".");
    }
    for (Bucket bucket : program.buckets()) {
      NeffHeader.read(neff(artifact, bucket));
    }
    return program;
  }

  /** Writes the program into an artifact's work directory. */
  public void write(Path artifact) throws ArtifactException {
    Path file = artifact.resolve(FOLDER).resolve(FILE);
    try {
      Files.createDirectories(artifact.resolve(FOLDER));
      JSON.writeValue(file.toFile(), this);
    } catch (IOException e) {
      throw new ArtifactException(Reason.IO, "Cannot write " + file + ": " + e, e);
    }
  }

  /** The path of a bucket's NEFF. */
  public static Path neff(Path artifact, Bucket bucket) {
    return artifact.resolve(FOLDER).resolve(bucket.neff());
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
