package io.ganglion.compiler.source.onnx;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.onnx.OnnxGraph;
import io.ganglion.compiler.onnx.OnnxModel;
import io.ganglion.compiler.onnx.OnnxNode;
import io.ganglion.compiler.onnx.OnnxReader;
import io.ganglion.compiler.onnx.OnnxTensor;
import io.ganglion.compiler.onnx.run.GraphRun;
import io.ganglion.runtime.model.ModelDimensions;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Describes ONNX files. */
final class OnnxInspection {
  private OnnxInspection() {}

  static Map<String, Object> describe(Path path, @Nullable String scope) throws CompileException {
    OnnxFiles files = OnnxFiles.at(path);
    OnnxModel model = OnnxReader.read(files.model());
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("kind", "ONNX");
    report.put("file", files.model().toString());
    report.put("producer", model.producer());
    report.put("ir_version", model.irVersion());
    report.put("opsets", new TreeMap<>(model.opsets()));
    report.put("inputs", ports(model.graph().inputs()));
    report.put("outputs", ports(model.graph().outputs()));
    report.put("parameters", parameters(model));
    report.put("external_files", model.external().stream().map(Path::toString).toList());
    report.put("nodes", model.graph().nodes().size());
    report.put("operators", operators(model.graph().nodes()));
    try {
      ReadGraph read = new ReadGraph(model, GraphRun.of(model));
      OnnxSource source = OnnxSource.recognise(path, files, read, scope, Progress.SILENT);
      report.put("compilable", true);
      report.put("bert", bert(source.model()));
    } catch (CompileException e) {
      if (scope != null) {
        throw e; // the requested scope does not exist
      }
      report.put("compilable", false);
      report.put("why_not", String.valueOf(e.getMessage()));
    }
    return report;
  }

  private static Map<String, Object> ports(List<OnnxGraph.Value> values) {
    Map<String, Object> ports = new LinkedHashMap<>();
    for (OnnxGraph.Value value : values) {
      ports.put(
          value.name(),
          value.type().name().toLowerCase(Locale.ROOT)
              + " "
              + (value.known() ? value.shape() : "of unknown shape"));
    }
    return ports;
  }

  /** Number of real numbers in the graph's constants. */
  private static long parameters(OnnxModel model) {
    return model.graph().constants().values().stream()
        .filter(tensor -> tensor.type().isReal())
        .mapToLong(OnnxTensor::elements)
        .sum();
  }

  /** Counts of operators, most frequent first. */
  private static Map<String, Object> operators(List<OnnxNode> nodes) {
    Map<String, Integer> counts = new TreeMap<>();
    nodes.forEach(node -> counts.merge(node.fullOp(), 1, Integer::sum));
    Map<String, Object> sorted = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(Comparator.comparing((Map.Entry<String, Integer> entry) -> -entry.getValue()))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  private static Map<String, Object> bert(BertModel model) {
    ModelDimensions dimensions = model.dimensions();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("task", model.task().toString());
    report.put("vocabulary_size", dimensions.vocabularySize());
    report.put("max_positions", dimensions.maxPositions());
    report.put("segments", dimensions.segments());
    report.put("hidden_size", dimensions.hiddenSize());
    report.put("layers", dimensions.layers());
    report.put("heads", dimensions.heads());
    report.put("intermediate_size", dimensions.intermediateSize());
    report.put("activation", model.activation().name().toLowerCase(Locale.ROOT));
    report.put("layer_norm_epsilon", model.layerNormEpsilon());
    report.put("columns", model.outputWidth());
    report.put("output_activation", model.task().output().name().toLowerCase(Locale.ROOT));
    report.put("parameters", model.parameters());
    return report;
  }
}
