package io.ganglion.compiler.source.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.recognise.Recognised;
import io.ganglion.compiler.savedmodel.SourceModel;
import io.ganglion.runtime.model.ModelDimensions;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Describes a SavedModel or frozen graph, and whether it can be compiled or why not. */
final class SavedModelInspection {
  private SavedModelInspection() {}

  static Map<String, Object> describe(SourceModel source, @Nullable String scope)
      throws CompileException {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("kind", source.tags().isEmpty() ? "frozen graph" : "SavedModel");
    report.put("path", source.path().toString());
    report.put("tags", source.tags());
    report.put("tensorflow_version", source.tensorflowVersion());
    report.put("signatures", signatures(source.signatures()));
    report.put("checkpoint", checkpoint(source.checkpointKeys()));
    report.put("constant_parameters", constants(source));
    report.put("nodes", source.graph().size());
    report.put("operators", operators(source));
    try {
      report.put("compilable", true);
      report.put("bert", bert(SavedModelSource.recognise(source, scope)));
    } catch (CompileException e) {
      if (scope != null) {
        throw e; // the requested scope does not exist
      }
      report.put("compilable", false);
      report.put("why_not", String.valueOf(e.getMessage()));
    }
    return report;
  }

  private static Map<String, Object> signatures(List<Signature> signatures) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (Signature signature : signatures) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("method", signature.method());
      one.put("inputs", ports(signature.inputs()));
      one.put("outputs", ports(signature.outputs()));
      all.put(signature.name(), one);
    }
    return all;
  }

  private static Map<String, Object> ports(Map<String, Signature.Port> ports) {
    Map<String, Object> all = new TreeMap<>();
    ports.forEach(
        (name, port) ->
            all.put(
                name,
                port.type().name().toLowerCase(Locale.ROOT)
                    + " "
                    + (port.known() ? port.shape() : "of unknown shape")
                    + " "
                    + port.tensor()));
    return all;
  }

  private static Map<String, Object> checkpoint(Map<String, Weight> weights) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("tensors", weights.size());
    report.put("parameters", weights.values().stream().mapToLong(Weight::elements).sum());
    Map<String, Object> shapes = new TreeMap<>();
    weights.forEach((name, weight) -> shapes.put(name, weight.shape().toString()));
    report.put("shapes", shapes);
    return report;
  }

  /** Number of real numbers in the graph's constants. In a frozen model these are the weights. */
  private static long constants(SourceModel source) {
    long elements = 0;
    for (Node node : source.graph().nodes()) {
      TensorValue value = node.is("Const") ? node.constant() : null;
      elements += value != null && value.type().isReal() ? value.elements() : 0;
    }
    return elements;
  }

  /** Counts of operators, most frequent first. */
  private static Map<String, Object> operators(SourceModel source) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Node node : source.graph().nodes()) {
      counts.merge(node.op(), 1, Integer::sum);
    }
    Map<String, Object> sorted = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(Comparator.comparing((Map.Entry<String, Integer> entry) -> -entry.getValue()))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  private static Map<String, Object> dimensions(ModelDimensions dimensions) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("vocabulary_size", dimensions.vocabularySize());
    report.put("max_positions", dimensions.maxPositions());
    report.put("segments", dimensions.segments());
    report.put("hidden_size", dimensions.hiddenSize());
    report.put("layers", dimensions.layers());
    report.put("heads", dimensions.heads());
    report.put("intermediate_size", dimensions.intermediateSize());
    return report;
  }

  private static Map<String, Object> bert(Recognised recognised) {
    BertModel model = recognised.model();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("signature", recognised.signature().name());
    Map<String, Object> inputs = new LinkedHashMap<>();
    recognised
        .call()
        .roles()
        .forEach(
            (tensor, role) ->
                inputs.merge(
                    role.name().toLowerCase(Locale.ROOT),
                    tensor.toString(),
                    (before, another) -> before + ", " + another));
    report.put("inputs", inputs);
    report.put("output", recognised.call().output().tensor().toString());
    report.put("dimensions", dimensions(model.dimensions()));
    report.put("activation", model.activation().name().toLowerCase(Locale.ROOT));
    report.put("layer_norm_epsilon", model.layerNormEpsilon());
    report.put("query_scale", model.layers().get(0).queryScale());
    report.put(
        "head",
        model.head().stream()
            .map(
                layer ->
                    layer.dense().inputs()
                        + " x "
                        + layer.dense().outputs()
                        + ", "
                        + layer.activation().name().toLowerCase(Locale.ROOT))
            .toList());
    report.put("labels", model.outputWidth());
    report.put("output_activation", model.task().output().name().toLowerCase(Locale.ROOT));
    report.put("parameters", model.parameters());
    return report;
  }
}
