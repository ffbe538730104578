package io.ganglion.compiler.backend.cpu;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.core.cpu.CalibrationRun;
import io.ganglion.core.cpu.CpuCoreFactory;
import io.ganglion.core.cpu.CpuOptions;
import io.ganglion.core.cpu.InputStatistics;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs a staged artifact on calibration inputs and records the inputs of its matrices. */
public final class Calibration {
  private static final int BATCH = 8;

  /** Rows kept of each matrix's input, to estimate the size of its outputs. */
  private static final int SAMPLES = 16;

  private Calibration() {}

  /** The input statistics of each matrix of the artifact in {@code directory} on {@code inputs}. */
  public static Map<String, InputStatistics> run(
      Path directory, List<TokenSequence> inputs, Progress progress) throws CompileException {
    CpuOptions options = new CpuOptions(Runtime.getRuntime().availableProcessors(), BATCH);
    try (Artifact artifact = Artifact.open(directory);
        CpuCoreFactory factory = CpuCoreFactory.load(artifact, options);
        CalibrationRun run = CalibrationRun.open(factory, SAMPLES)) {
      for (int start = 0; start < inputs.size(); start += BATCH) {
        int end = Math.min(inputs.size(), start + BATCH);
        run.add(TokenBatch.of(inputs.subList(start, end)));
        progress.at(end, inputs.size());
      }
      return Map.copyOf(run.statistics());
    } catch (ArtifactException | CoreFault e) {
      throw new CompileException("The model cannot be calibrated: " + e.getMessage(), e);
    }
  }
}
