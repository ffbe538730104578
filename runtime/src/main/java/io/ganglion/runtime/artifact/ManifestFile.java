package io.ganglion.runtime.artifact;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ganglion.runtime.artifact.ArtifactException.Reason;
import io.ganglion.runtime.model.ModelManifest;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code manifest.json} as stored on disk.
 *
 * @param format {@link #FORMAT}
 * @param formatVersion of the writer
 * @param model what cores and users need
 * @param files every file but the manifest, by name
 * @param manifestSha256 of the manifest's own bytes with these 64 digits as zeros
 */
record ManifestFile(
    String format,
    int formatVersion,
    ModelManifest model,
    Map<String, FileEntry> files,
    String manifestSha256) {
  static final String FORMAT = "ganglion-neuron-artifact";
  static final int MIN_VERSION = 2;
  static final int MAX_VERSION = 2;

  /** Bounds memory. A manifest with a thousand labels has about 50 KB. */
  static final int MAX_BYTES = 16 << 20;

  private static final String UNSIGNED = "0".repeat(64);

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();
  private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");
  private static final ObjectWriter PRETTY =
      JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(INDENT).withArrayIndenter(INDENT));

  ManifestFile {
    files = new TreeMap<>(files);
    for (String name : files.keySet()) {
      if (!ArtifactFiles.isPlain(name) || files.get(name) == null) {
        throw new IllegalArgumentException("Not the name of a file below the artifact: " + name);
      }
    }
    if (!FileEntry.isSha256(manifestSha256)) {
      throw new IllegalArgumentException("Not a sha256 in hexadecimal: " + manifestSha256);
    }
  }

  /** The manifest's bytes, signed. */
  static byte[] format(ModelManifest model, Map<String, FileEntry> files) {
    ManifestFile manifest = new ManifestFile(FORMAT, MAX_VERSION, model, files, UNSIGNED);
    try {
      String text = PRETTY.writeValueAsString(manifest) + "\n";
      String sha256 = Checksums.of(text.getBytes(StandardCharsets.UTF_8));
      int at = text.lastIndexOf(UNSIGNED);
      return (text.substring(0, at) + sha256 + text.substring(at + UNSIGNED.length()))
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A manifest of records cannot fail to be written", e);
    }
  }

  /** Reads and checks a manifest's bytes; the format version first. */
  static ManifestFile parse(byte[] bytes, Path file) throws ArtifactException {
    JsonNode tree;
    try {
      tree = JSON.readTree(bytes);
    } catch (IOException e) {
      throw new ArtifactException(Reason.MALFORMED, file + " is not JSON: " + e.getMessage(), e);
    }
    requireVersion(tree, file);
    try {
      ManifestFile manifest = JSON.treeToValue(tree, ManifestFile.class);
      manifest.requireSignature(bytes, file);
      return manifest;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw malformed(file, e);
    }
  }

  private static void requireVersion(JsonNode tree, Path file) throws ArtifactException {
    if (!FORMAT.equals(tree.path("format").textValue())) {
      throw new ArtifactException(
          Reason.NOT_AN_ARTIFACT,
          file + " is not the manifest of a Neuron artifact: \"format\" is not " + FORMAT + ".");
    }
    JsonNode version = tree.path("format_version");
    if (!version.isIntegralNumber()) {
      throw new ArtifactException(
          Reason.MALFORMED, file + ": \"format_version\" is not an integer.");
    }
    if (version.bigIntegerValue().compareTo(BigInteger.valueOf(MAX_VERSION)) > 0) {
      throw version(Reason.TOO_NEW, version, file, "use a newer Ganglion.");
    }
    if (version.bigIntegerValue().compareTo(BigInteger.valueOf(MIN_VERSION)) < 0) {
      throw version(Reason.TOO_OLD, version, file, "compile the model again.");
    }
  }

  private static ArtifactException version(
      Reason reason, JsonNode version, Path file, String advice) {
    return new ArtifactException(
        reason,
        "%s has format version %s, but this Ganglion reads %d to %d: %s"
            .formatted(file, version, MIN_VERSION, MAX_VERSION, advice));
  }

  private void requireSignature(byte[] bytes, Path file) throws ArtifactException {
    String text = new String(bytes, StandardCharsets.ISO_8859_1); // every byte counts
    String unsigned = text.replace(manifestSha256, UNSIGNED);
    if (!Checksums.of(unsigned.getBytes(StandardCharsets.ISO_8859_1)).equals(manifestSha256)) {
      throw new ArtifactException(
          Reason.CHECKSUM, file + " is not as it was written: copy or compile the artifact again.");
    }
  }

  private static ArtifactException malformed(Path file, Exception e) {
    return new ArtifactException(Reason.MALFORMED, file + ": " + describe(e), e);
  }

  private static String describe(Exception e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "there is an unknown field " + where(unknown) + ".";
    }
    if (e instanceof MismatchedInputException || e instanceof ValueInstantiationException) {
      JsonMappingException mapping = (JsonMappingException) e;
      String what =
          e.getCause() instanceof IllegalArgumentException cause
              ? String.valueOf(cause.getMessage())
              : mapping.getOriginalMessage();
      return (mapping.getPath().isEmpty() ? "" : where(mapping) + ": ") + what;
    }
    return e instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }

  private static String where(JsonMappingException e) {
    return e.getPath().stream()
        .map(step -> step.getFieldName() == null ? "" + step.getIndex() : step.getFieldName())
        .collect(Collectors.joining("."));
  }
}
