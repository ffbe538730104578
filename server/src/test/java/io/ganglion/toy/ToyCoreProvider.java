package io.ganglion.toy;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.core.CoreFactory;
import io.ganglion.runtime.core.CoreInfo;
import io.ganglion.runtime.core.CoreOption;
import io.ganglion.runtime.core.CoreOptions;
import io.ganglion.runtime.core.CoreProvider;
import io.ganglion.runtime.core.CoreSet;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.Outputs;
import io.ganglion.runtime.core.Probe;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.ModelManifest;
import java.util.Arrays;
import java.util.List;

/**
 * A core that gives every pair the same answer. It shows what adding a core takes: this package and
 * a line in {@code META-INF/services}.
 */
public final class ToyCoreProvider implements CoreProvider {
  /** The logit of the label that it answers. The others' logits are its negative. */
  public static final float SURE = 8;

  private static final CoreOption LABEL =
      CoreOption.of("toy-label", "INDEX", "Which label the toy core answers. Default: 0.");

  @Override
  public String kind() {
    return "toy";
  }

  /** Below the CPU's, so that it is used only on request. */
  @Override
  public int preference() {
    return -1;
  }

  @Override
  public List<CoreOption> options() {
    return List.of(LABEL);
  }

  @Override
  public Probe probe(Artifact artifact, CoreOptions options) {
    return Probe.usable("a toy plays anywhere");
  }

  @Override
  public CoreSet open(Artifact artifact, CoreOptions options) {
    ModelManifest manifest = artifact.manifest();
    int label = options.value(LABEL).map(Integer::valueOf).orElse(0);
    int requests = options.batchRequests(manifest);
    return new CoreSet(
        new Toys(manifest, requests, label),
        1,
        1,
        1,
        requests,
        requests,
        true,
        List.of(),
        () -> 0,
        List.of("every answer is label " + label));
  }

  private record Toys(ModelManifest manifest, int requests, int label) implements CoreFactory {
    @Override
    public NeuronCore open(int index) {
      int labels = manifest.outputWidth();
      return new Toy(
          new CoreInfo("toy", index, requests, manifest.sequenceLength(), labels, "none"), label);
    }

    @Override
    public void close() {}
  }

  private record Toy(CoreInfo info, int label) implements NeuronCore {
    @Override
    public Outputs infer(TokenBatch batch) {
      float[] logits = new float[batch.size() * info.width()];
      Arrays.fill(logits, -SURE);
      for (int request = 0; request < batch.size(); request++) {
        logits[request * info.width() + label] = SURE;
      }
      return Outputs.ofSequences(logits, info.width());
    }

    @Override
    public void close() {}
  }
}
