package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.runtime.model.ModelDimensions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Describes a HuggingFace folder, and whether it can be compiled or why not. */
final class FolderInspection {
  private FolderInspection() {}

  static Map<String, Object> describe(Path path) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("kind", "HuggingFace folder");
    report.put("path", path.toString());
    try {
      FolderModel folder = FolderModel.read(path);
      report.put("compilable", true);
      report.put("architecture", folder.config().architecture());
      report.put("bert", bert(folder));
      report.put("weights", weights(folder));
      report.put("notes", folder.notes());
    } catch (CompileException e) {
      report.put("compilable", false);
      report.put("why_not", String.valueOf(e.getMessage()));
    }
    return report;
  }

  private static Map<String, Object> bert(FolderModel folder) throws CompileException {
    BertModel model = ModelBuilder.of(folder);
    ModelDimensions dimensions = model.dimensions();
    Map<String, Object> sizes = new LinkedHashMap<>();
    sizes.put("vocabulary_size", dimensions.vocabularySize());
    sizes.put("max_positions", dimensions.maxPositions());
    sizes.put("segments", dimensions.segments());
    sizes.put("embedding_size", dimensions.embeddingSize());
    sizes.put("hidden_size", dimensions.hiddenSize());
    sizes.put("layers", dimensions.layers());
    sizes.put("heads", dimensions.heads());
    sizes.put("intermediate_size", dimensions.intermediateSize());
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("task", model.task().kind().toString());
    report.put("pooling", lower(model.task().pooling()));
    report.put("output_activation", lower(model.task().output()));
    report.put("labels", folder.head().labels());
    report.put("dimensions", sizes);
    report.put("activation", lower(model.activation()));
    report.put("layer_norm_epsilon", model.layerNormEpsilon());
    report.put(
        "head",
        folder.head().steps().stream()
            .map(step -> step.inputs() + " x " + step.outputs() + ", " + lower(step.activation()))
            .toList());
    report.put("parameters", model.parameters());
    return report;
  }

  private static Map<String, Object> weights(FolderModel folder) {
    Map<String, Object> types = new TreeMap<>();
    folder
        .weights()
        .tensors()
        .values()
        .forEach(tensor -> types.merge(tensor.spec().type().name(), 1, FolderInspection::sum));
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("tensors", folder.weights().tensors().size());
    report.put("types", types);
    return report;
  }

  private static Object sum(Object a, Object b) {
    return (Integer) a + (Integer) b;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
