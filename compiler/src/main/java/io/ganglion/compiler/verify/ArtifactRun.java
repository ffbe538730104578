package io.ganglion.compiler.verify;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.core.cpu.CpuCoreFactory;
import io.ganglion.core.cpu.CpuOptions;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs an artifact on the CPU core, like a server does. */
public final class ArtifactRun {
  private static final int BATCH = 8;

  private ArtifactRun() {}

  /** The answers of the artifact in {@code directory}, one row for each input. */
  public static List<float[]> probabilities(
      Path directory, List<TokenSequence> inputs, Progress progress) throws CompileException {
    List<float[]> rows = new ArrayList<>();
    try (Artifact artifact = Artifact.open(directory);
        CpuCoreFactory factory = CpuCoreFactory.load(artifact, options());
        NeuronCore core = factory.open(0)) {
      OutputActivation output = artifact.manifest().output();
      for (int start = 0; start < inputs.size(); start += BATCH) {
        List<TokenSequence> batch = inputs.subList(start, Math.min(inputs.size(), start + BATCH));
        var logits = core.infer(TokenBatch.of(batch));
        for (int row = 0; row < batch.size(); row++) {
          rows.add(output.apply(logits.row(row)));
        }
        progress.at(rows.size(), inputs.size());
      }
    } catch (ArtifactException | CoreFault e) {
      throw new CompileException("The compiled model cannot be run: " + e.getMessage(), e);
    }
    return rows;
  }

  private static CpuOptions options() {
    return new CpuOptions(Runtime.getRuntime().availableProcessors(), BATCH);
  }
}
