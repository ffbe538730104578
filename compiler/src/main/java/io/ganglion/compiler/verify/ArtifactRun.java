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
import java.util.function.LongSupplier;

/** Runs an artifact on the CPU core, like a server does. */
public final class ArtifactRun {
  private static final int BATCH = 8;

  /** Batches that warm up and are not timed. */
  private static final int WARM_UP = 2;

  /**
   * The answers of an artifact.
   *
   * @param rows one for each input, all that its task gives
   * @param perSecond inputs per second on this machine once warm, the time between batches left
   *     out; 0 if there were too few inputs to say
   */
  public record Answers(List<float[]> rows, double perSecond) {
    public Answers {
      rows = List.copyOf(rows);
    }
  }

  private ArtifactRun() {}

  /**
   * The answers of the artifact in {@code directory}, each as the task has it.
   *
   * @param nanos a clock like {@link System#nanoTime}
   */
  public static Answers of(
      Path directory, List<TokenSequence> inputs, Progress progress, LongSupplier nanos)
      throws CompileException {
    List<float[]> answers = new ArrayList<>();
    long timed = 0;
    int timedInputs = 0;
    try (Artifact artifact = Artifact.open(directory);
        CpuCoreFactory factory = CpuCoreFactory.load(artifact, options());
        NeuronCore core = factory.open(0)) {
      for (int start = 0; start < inputs.size(); start += BATCH) {
        List<TokenSequence> batch = inputs.subList(start, Math.min(inputs.size(), start + BATCH));
        long began = nanos.getAsLong();
        Outputs outputs = core.infer(TokenBatch.of(batch));
        if (start >= WARM_UP * BATCH) {
          timed += nanos.getAsLong() - began;
          timedInputs += batch.size();
        }
        for (int row = 0; row < batch.size(); row++) {
          answers.add(artifact.manifest().answer(outputs.of(row)));
        }
        progress.at(answers.size(), inputs.size());
      }
    } catch (ArtifactException | CoreFault e) {
      throw new CompileException("The compiled model cannot be run: " + e.getMessage(), e);
    }
    return new Answers(answers, timed > 0 ? timedInputs / (timed / 1e9) : 0);
  }

  private static CpuOptions options() {
    return new CpuOptions(Runtime.getRuntime().availableProcessors(), BATCH);
  }
}
