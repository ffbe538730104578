package io.ganglion.compiler.inspect;

import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Compares two artifacts: manifest, weights, tokenizer, golden inputs, files in folders. */
final class ArtifactDiff {
  private ArtifactDiff() {}

  /** The differences, one line for each. */
  static List<String> compare(Path first, Path second) throws CompileException {
    List<String> differences = new ArrayList<>();
    try (Artifact a = Artifact.open(first);
        Artifact b = Artifact.open(second)) {
      ReportDiff.add(
          "manifest",
          ArtifactInspection.manifest(first),
          ArtifactInspection.manifest(second),
          differences);
      addWeights(a, b, differences);
      if (Files.mismatch(tokenizer(first), tokenizer(second)) >= 0) {
        differences.add("tokenizer: pieces or rules differ");
      }
      if (Files.mismatch(golden(first), golden(second)) >= 0) {
        differences.add("golden: inputs or logits differ");
      }
      addOtherFiles(first, second, differences);
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    } catch (IOException e) {
      throw new CompileException("Cannot compare: " + e, e);
    }
    return differences;
  }

  private static Path tokenizer(Path directory) {
    return directory.resolve("tokenizer.json");
  }

  private static Path golden(Path directory) {
    return directory.resolve("golden.safetensors");
  }

  /** Compares files in folders: the emitted SavedModel, programs for NeuronCores. */
  private static void addOtherFiles(Path first, Path second, List<String> differences)
      throws IOException {
    Set<String> left = inFolders(first);
    Set<String> right = inFolders(second);
    TreeSet<String> names = new TreeSet<>(left);
    names.addAll(right);
    for (String name : names) {
      if (!left.contains(name) || !right.contains(name)) {
        differences.add(
            "file: " + name + " is only in the " + (left.contains(name) ? "first" : "second"));
      } else if (Files.mismatch(first.resolve(name), second.resolve(name)) >= 0) {
        differences.add("file: " + name + ": the contents differ");
      }
    }
  }

  private static Set<String> inFolders(Path directory) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> walk = Files.walk(directory)) {
      walk.filter(Files::isRegularFile)
          .map(directory::relativize)
          .filter(file -> file.getNameCount() > 1)
          .forEach(file -> names.add(file.toString().replace('\\', '/')));
    }
    return names;
  }

  private static void addWeights(Artifact a, Artifact b, List<String> differences)
      throws ArtifactException {
    Map<String, TensorSpec> left = specs(a);
    Map<String, TensorSpec> right = specs(b);
    TreeSet<String> names = new TreeSet<>(left.keySet());
    names.addAll(right.keySet());
    for (String name : names) {
      TensorSpec mine = left.get(name);
      TensorSpec theirs = right.get(name);
      if (mine == null || theirs == null) {
        differences.add(
            "weights: " + name + " is only in the " + (mine == null ? "second" : "first"));
      } else if (!mine.equals(theirs)) {
        differences.add("weights: " + name + ": " + describe(mine) + " -> " + describe(theirs));
      } else if (!bytes(a, mine).equals(bytes(b, mine))) {
        differences.add("weights: " + name + ": " + values(a, b, mine));
      }
    }
  }

  private static String values(Artifact a, Artifact b, TensorSpec spec) throws ArtifactException {
    if (spec.type() != TensorType.F32) {
      return "other values";
    }
    float[] left = a.weights().floats(spec.name());
    float[] right = b.weights().floats(spec.name());
    double largest = 0;
    for (int i = 0; i < left.length; i++) {
      largest = Math.max(largest, Math.abs((double) left[i] - right[i]));
    }
    return String.format(Locale.ROOT, "values differ by up to %.3g", largest);
  }

  /** Copied, not mapped: a file that is cut meanwhile then ends in a sentence. */
  private static ByteBuffer bytes(Artifact artifact, TensorSpec spec) throws ArtifactException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(spec.byteSize()));
    artifact.weights().read(spec.name(), bytes);
    return bytes.flip();
  }

  private static String describe(TensorSpec spec) {
    return spec.type() + " " + spec.shape();
  }

  private static Map<String, TensorSpec> specs(Artifact artifact) {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    artifact.weights().specs().forEach(spec -> specs.put(spec.name(), spec));
    return specs;
  }
}
