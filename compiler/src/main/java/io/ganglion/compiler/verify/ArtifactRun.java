package io.ganglion.compiler.verify;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.core.cpu.CpuCoreFactory;
import io.ganglion.core.cpu.CpuOptions;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.Outputs;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs an artifact on the CPU core, like a server does. */
public final class ArtifactRun {
  private static final int BATCH = 8;

  private ArtifactRun() {}

  /** The answers of the artifact in {@code directory}, each as the task has it. */
  public static List<float[]> answers(
      Path directory, List<TokenSequence> inputs, Progress progress) throws CompileException {
    List<float[]> answers = new ArrayList<>();
    try (Artifact artifact = Artifact.open(directory);
        CpuCoreFactory factory = CpuCoreFactory.load(artifact, options());
        NeuronCore core = factory.open(0)) {
      for (int start = 0; start < inputs.size(); start += BATCH) {
        List<TokenSequence> batch = inputs.subList(start, Math.min(inputs.size(), start + BATCH));
        Outputs outputs = core.infer(TokenBatch.of(batch));
        for (int row = 0; row < batch.size(); row++) {
          answers.add(artifact.manifest().answer(outputs.of(row)));
        }
        progress.at(answers.size(), inputs.size());
      }
    } catch (ArtifactException | CoreFault e) {
      throw new CompileException("The compiled model cannot be run: " + e.getMessage(), e);
    }
    return answers;
  }

  private static CpuOptions options() {
    return new CpuOptions(Runtime.getRuntime().availableProcessors(), BATCH);
  }
}
