package io.ganglion.compiler.inspect;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.TensorSpec;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.cpu.CpuCoreFactory;
import io.ganglion.runtime.core.cpu.CpuOptions;
import io.ganglion.runtime.core.cpu.KernelInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
      report.put("weights", weights(artifact.weights().specs()));
      report.put("golden_inputs", artifact.golden().inputs().size());
      report.put("cpu_core", kernels(artifact));
    } catch (ArtifactException | IllegalArgumentException e) {
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
        report.put(kernel.part(), kernel.precision() + ", " + kernel.implementation());
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
