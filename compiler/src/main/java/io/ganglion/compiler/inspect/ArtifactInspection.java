package io.ganglion.compiler.inspect;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.compiler.CompileException;
import io.ganglion.core.cpu.CpuCoreFactory;
import io.ganglion.core.cpu.CpuOptions;
import io.ganglion.core.cpu.KernelInfo;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.WeightSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Describes an artifact. */
final class ArtifactInspection {
  private ArtifactInspection() {}

  static Map<String, Object> describe(Path directory) throws CompileException {
    Map<String, Object> report = new LinkedHashMap<>();
    try (Artifact artifact = Artifact.open(directory)) {
      report.put("kind", "artifact");
      report.put("path", directory.toString());
      report.put("digest", artifact.digest());
      report.put("manifest", manifest(directory));
      report.put("precision", precision(artifact.manifest()));
      report.put("total_bytes", bytes(directory));
      report.put("weights", weights(artifact.weights().specs()));
      report.put("golden_inputs", artifact.golden().inputs().size());
      report.put("cpu_core", kernels(artifact));
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    }
    return report;
  }

  static Map<String, Object> manifest(Path directory) throws CompileException {
    try {
      return new ObjectMapper()
          .readValue(directory.resolve("manifest.json").toFile(), new TypeReference<>() {});
    } catch (IOException e) {
      throw new CompileException(
          "The manifest of " + directory + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The precision of each matrix product of the encoder; one line for a layer in which all are
   * alike.
   */
  private static Map<String, Object> precision(ModelManifest manifest) {
    Map<String, Object> report = new LinkedHashMap<>();
    for (int layer = 0; layer < manifest.dimensions().layers(); layer++) {
      Map<String, Precision> products = new LinkedHashMap<>();
      for (WeightSchema.Dense dense : WeightSchema.Dense.values()) {
        String name = dense.name(layer);
        products.put(name, WeightSchema.precisionOf(manifest, name));
      }
      if (Set.copyOf(products.values()).size() == 1) {
        report.put("encoder." + layer, products.values().iterator().next().toString());
      } else {
        products.forEach((name, precision) -> report.put(name, precision.toString()));
      }
    }
    report.put("head", Precision.FP32.toString());
    return report;
  }

  private static long bytes(Path directory) throws CompileException {
    long bytes = 0;
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    } catch (IOException e) {
      throw new CompileException("The files of " + directory + " cannot be listed: " + e, e);
    }
    return bytes;
  }

  private static Map<String, Object> weights(List<TensorSpec> specs) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("tensors", specs.size());
    Map<String, Long> bytes = new TreeMap<>();
    specs.forEach(spec -> bytes.merge(spec.type().name(), spec.byteSize(), Long::sum));
    report.put("bytes", bytes);
    Map<String, Object> shapes = new LinkedHashMap<>();
    specs.forEach(spec -> shapes.put(spec.name(), spec.type() + " " + spec.shape()));
    report.put("shapes", shapes);
    return report;
  }

  private static Map<String, Object> kernels(Artifact artifact) {
    Map<String, Object> report = new LinkedHashMap<>();
    try (CpuCoreFactory factory = CpuCoreFactory.load(artifact, CpuOptions.DEFAULT)) {
      for (KernelInfo kernel : factory.kernels()) {
        report.put(
            kernel.part(),
            "%s, %s, rows %s"
                .formatted(
                    kernel.precision(),
                    kernel.implementation(),
                    kernel.blocks().stream().map(String::valueOf).collect(joining(" + "))));
      }
      List<String> notices = new ArrayList<>(factory.notices());
      if (!notices.isEmpty()) {
        report.put("notices", notices);
      }
    } catch (ArtifactException | CoreFault e) {
      report.put("cannot_run_here", String.valueOf(e.getMessage()));
    }
    return report;
  }
}
