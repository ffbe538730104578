package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.backend.cpu.ArtifactWeights;
import io.ganglion.compiler.cli.CompilerMain;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.source.savedmodel.LabelsFile;
import io.ganglion.compiler.verify.Acceptance;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.model.Gelu;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes the manifest of what is compiled. */
final class Manifests {
  private static final int USUAL_LENGTH = 128;

  private Manifests() {}

  /** The longest request, in tokens. */
  static int length(CompileOptions options, BertModel model, int fixedLength)
      throws CompileException {
    int positions = model.dimensions().maxPositions();
    int usual = fixedLength > 0 ? fixedLength : Math.min(USUAL_LENGTH, positions);
    int length = options.shape().sequenceLength() > 0 ? options.shape().sequenceLength() : usual;
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
    return length;
  }

  static ModelManifest of(
      CompileOptions options,
      BertModel model,
      int length,
      String sourceDigest,
      Precision precision,
      Map<String, Precision> kept)
      throws CompileException {
    List<HeadLayer> head = ArtifactWeights.head(model);
    try {
      return new ModelManifest(
          model.dimensions(),
          precision,
          options.shape().batchSize(),
          length,
          labels(options, model),
          options.rewriting().crudeGelu() ? Gelu.SIGMOID : model.gelu(),
          model.layerNormEpsilon(),
          options.text().lowerCase(),
          head,
          model.output(),
          NeuronGraphs.of(options, model, precision, length).partition(),
          Acceptance.tolerance(options, model.gelu(), precision),
          kept,
          new Provenance(sourceDigest, CompilerMain.VERSION, flags(options, length)));
    } catch (IllegalArgumentException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  private static List<String> labels(CompileOptions options, BertModel model)
      throws CompileException {
    if (options.text().labels().isEmpty()) {
      return LabelsFile.find(options.savedModel(), model.labels());
    }
    if (options.text().labels().size() != model.labels()) {
      throw new CompileException(
          "--labels names "
              + options.text().labels().size()
              + " labels, but the model has "
              + model.labels()
              + ".");
    }
    return options.text().labels();
  }

  private static List<String> flags(CompileOptions options, int length) {
    List<String> flags = new ArrayList<>();
    flags.add("--precision=" + options.precision().name().toLowerCase(Locale.ROOT));
    flags.add("--sequence-length=" + length);
    flags.add("--batch-size=" + options.shape().batchSize());
    if (options.rewriting().crudeGelu()) {
      flags.add("--crude-gelu");
    }
    if (options.rewriting().narrowLayerNorms()) {
      flags.add("--aggressive-optimizations");
    }
    boolean graph = options.rewriting().emitSavedModel();
    if (graph) {
      flags.add("--emit-saved-model");
    }
    if (graph && options.types().graph() != NeuronType.FP32) {
      flags.add("--dtype=" + options.types().graph());
    }
    if (options.scope() != null) {
      flags.add("--scope=" + options.scope());
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
