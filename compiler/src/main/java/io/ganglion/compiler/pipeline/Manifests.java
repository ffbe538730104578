package io.ganglion.compiler.pipeline;

import io.ganglion.cli.Build;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.source.Source;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Partition;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.Provenance;
import io.ganglion.runtime.model.Verified;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Makes the manifest for a compilation. */
final class Manifests {
  private static final int USUAL_LENGTH = 128;

  private Manifests() {}

  /** The longest request, in tokens. */
  static int length(CompileOptions options, Source source, int fixedLength)
      throws CompileException {
    int positions = source.model().dimensions().maxPositions();
    int usual =
        fixedLength > 0
            ? fixedLength
            : Math.min(source.usualLength().orElse(USUAL_LENGTH), positions);
    int length = options.shape().sequenceLength() > 0 ? options.shape().sequenceLength() : usual;
    if (length > positions) {
      throw new CompileException(
          "The sequence length "
              + length
              + " is beyond the "
              + positions
              + " positions of the model; use that many or fewer.");
    }
    return length;
  }

  static ModelManifest of(
      CompileOptions options,
      BertModel model,
      List<String> labels,
      int length,
      String sourceDigest,
      Precision precision,
      Map<String, Precision> kept,
      double tolerance,
      Verified verified)
      throws CompileException {
    Partition partition =
        NeuronGraphs.of(options, model, precision, length)
            .map(NeuronGraph::partition)
            .orElseGet(() -> NeuronGraphs.partitionWithoutGraph(model));
    Provenance provenance =
        new Provenance(sourceDigest, Build.version(), settings(options, length), verified);
    try {
      return new ModelManifest(
          model.dimensions(),
          precision,
          options.shape().batchSize(),
          length,
          model.task(),
          labels,
          options.activation(model.activation()),
          model.layerNormEpsilon(),
          model.headLayers(),
          partition,
          tolerance,
          kept,
          provenance);
    } catch (IllegalArgumentException e) {
      // Only the manifest decides which settings are valid. What it refuses is the user's setting.
      throw new CompileException(e.getMessage(), e);
    }
  }

  /** The names of the labels: the given names, or else the source's, or else 0, 1, ... */
  static List<String> labels(CompileOptions options, Source source) throws CompileException {
    if (!source.model().task().labelled()) {
      return noLabels(options);
    }
    int count = source.model().outputWidth();
    List<String> given = options.text().labels();
    List<String> names =
        given.isEmpty()
            ? source
                .labels()
                .orElseGet(() -> IntStream.range(0, count).mapToObj(Integer::toString).toList())
            : given;
    if (names.size() != count) {
      throw new CompileException(
          "%s names %d labels, but the model has %d; give as many names."
              .formatted(
                  given.isEmpty() ? "The source " + source.path() : "The command",
                  names.size(),
                  count));
    }
    return names;
  }

  private static List<String> noLabels(CompileOptions options) throws CompileException {
    if (!options.text().labels().isEmpty()) {
      throw new CompileException(
          "The command names labels, but the model gives vectors; leave the names out.");
    }
    return List.of();
  }

  /** All settings that the artifact depends on. */
  private static List<String> settings(CompileOptions options, int length) {
    List<String> settings = new ArrayList<>();
    settings.add("precision=" + options.precision().name().toLowerCase(Locale.ROOT));
    settings.add("sequence-length=" + length);
    settings.add("batch-size=" + options.shape().batchSize());
    if (options.rewriting().crudeGelu()) {
      settings.add("crude-gelu");
    }
    if (options.rewriting().narrowLayerNorms()) {
      settings.add("aggressive-optimizations");
    }
    boolean graph = options.rewriting().emitSavedModel();
    if (graph) {
      settings.add("emit-saved-model");
    }
    if (graph && options.types().graph() != NeuronType.FP32) {
      settings.add("dtype=" + options.types().graph());
    }
    if (options.name() != null) {
      settings.add("name=" + options.name());
    }
    if (options.scope() != null) {
      settings.add("scope=" + options.scope());
    }
    options
        .neuron()
        .ifPresent(
            neuron -> {
              settings.add("target=" + neuron.target());
              settings.add("neuron-type=" + neuron.type());
            });
    return settings;
  }
}
