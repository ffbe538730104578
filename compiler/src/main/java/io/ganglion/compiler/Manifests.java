package io.ganglion.compiler;

import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.target.cpu.ArtifactWeights;
import io.ganglion.compiler.target.neuron.NeuronBackEnd;
import io.ganglion.runtime.artifact.Gelu;
import io.ganglion.runtime.artifact.HeadLayer;
import io.ganglion.runtime.artifact.ModelManifest;
import io.ganglion.runtime.artifact.Partition;
import io.ganglion.runtime.artifact.Precision;
import io.ganglion.runtime.artifact.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes the manifest of what is compiled. */
final class Manifests {
  private static final int USUAL_LENGTH = 128;

  private Manifests() {}

  static ModelManifest of(
      CompileOptions options,
      BertModel model,
      int fixedLength,
      String sourceDigest,
      Precision precision,
      Map<String, Precision> kept)
      throws CompileException {
    int positions = model.dimensions().maxPositions();
    int usual = fixedLength > 0 ? fixedLength : Math.min(USUAL_LENGTH, positions);
    int length = options.sequenceLength() > 0 ? options.sequenceLength() : usual;
    if (length > positions) {
      throw new CompileException(
          "The sequence length "
              + length
              + " is beyond the "
              + positions
              + " positions of the model; use --sequence-length "
              + positions
              + " or less.");
    }
    List<HeadLayer> head = ArtifactWeights.head(model);
    try {
      return new ModelManifest(
          model.dimensions(),
          precision,
          options.batchSize(),
          length,
          labels(options, model),
          options.crudeGelu() ? Gelu.SIGMOID : model.gelu(),
          model.layerNormEpsilon(),
          options.lowerCase(),
          head,
          model.output(),
          options.neuron().isPresent()
              ? NeuronBackEnd.partition(model.dimensions().layers())
              : partition(model),
          Acceptance.tolerance(options, model.gelu(), precision),
          kept,
          new Provenance(sourceDigest, CompilerMain.VERSION, flags(options, length)));
    } catch (IllegalArgumentException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  private static List<String> labels(CompileOptions options, BertModel model)
      throws CompileException {
    if (options.labels().isEmpty()) {
      return LabelsFile.find(options.savedModel(), model.labels());
    }
    if (options.labels().size() != model.labels()) {
      throw new CompileException(
          "--labels names "
              + options.labels().size()
              + " labels, but the model has "
              + model.labels()
              + ".");
    }
    return options.labels();
  }

  private static Partition partition(BertModel model) {
    List<String> core = new ArrayList<>();
    for (int layer = 0; layer < model.dimensions().layers(); layer++) {
      core.add("encoder." + layer);
    }
    core.add("pooler");
    List<String> host = new ArrayList<>(List.of("embeddings"));
    // A single dense layer is a matrix product that a core takes along; a longer head is not.
    boolean simple = model.head().size() == 1;
    for (int i = 0; i < model.head().size(); i++) {
      (simple ? core : host).add("head." + i);
    }
    host.add(model.output().name().toLowerCase(Locale.ROOT));
    return new Partition(host, core);
  }

  private static List<String> flags(CompileOptions options, int length) {
    List<String> flags = new ArrayList<>();
    flags.add("--precision=" + options.precision());
    flags.add("--sequence-length=" + length);
    flags.add("--batch-size=" + options.batchSize());
    if (options.crudeGelu()) {
      flags.add("--crude-gelu");
    }
    options
        .neuron()
        .ifPresent(
            neuron -> {
              flags.add("--target=" + neuron.target());
              flags.add("--neuron-type=" + neuron.type());
            });
    return flags;
  }
}
