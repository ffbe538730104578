package io.ganglion.compiler.tune;

import io.ganglion.compiler.CompileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Assigns the tensors of a checkpoint to parameters.
 *
 * @param placed parameters that the checkpoint has
 * @param fresh parameters of the pooler and the classifier that the checkpoint lacks: they get new
 *     values
 * @param ignored other tensors of the checkpoint
 */
record Placement(List<Parameter> placed, List<Parameter> fresh, List<String> ignored) {
  private static final String ADAM = "/adam_[mv]$";

  /**
   * Fits a checkpoint to a configuration. The whole encoder must be present in the right shapes,
   * the pooler and the classifier whole or not at all.
   */
  static Placement of(
      Map<String, List<Integer>> shapes, BertConfig config, Path checkpoint, Path configFile)
      throws CompileException {
    List<Parameter> placed = new ArrayList<>();
    List<Parameter> fresh = new ArrayList<>();
    List<String> misfits = new ArrayList<>();
    Set<String> ignored = new TreeSet<>(shapes.keySet());
    List<Parameter> all = Parameter.of(config, PairLabels.COUNT);
    Set<Parameter.Part> present = EnumSet.of(Parameter.Part.ENCODER);
    all.stream()
        .filter(parameter -> shapes.containsKey(parameter.name()))
        .forEach(parameter -> present.add(parameter.part()));
    for (Parameter parameter : all) {
      List<Integer> shape = shapes.get(parameter.name());
      if (!present.contains(parameter.part())) {
        fresh.add(parameter);
      } else if (!parameter.shape().equals(shape)) {
        misfits.add(misfit(parameter, shape));
      } else {
        placed.add(parameter);
      }
      ignored.remove(parameter.name());
    }
    if (misfits.isEmpty() && hasFurtherLayer(shapes, config)) {
      misfits.add(
          "the checkpoint has a layer_%d, the configuration has %d layers"
              .formatted(config.layers(), config.layers()));
    }
    if (!misfits.isEmpty()) {
      throw new CompileException(
          "The checkpoint %s does not fit %s:%n  %s"
              .formatted(checkpoint, configFile, String.join("\n  ", misfits)));
    }
    return new Placement(placed, fresh, List.copyOf(ignored));
  }

  private static String misfit(Parameter parameter, @Nullable List<Integer> shape) {
    return shape == null
        ? "%s %s is missing".formatted(parameter.name(), parameter.shape())
        : "%s is %s and should be %s".formatted(parameter.name(), shape, parameter.shape());
  }

  private static boolean hasFurtherLayer(Map<String, List<Integer>> shapes, BertConfig config) {
    String next = "bert/encoder/layer_" + config.layers() + "/";
    return shapes.keySet().stream().anyMatch(name -> name.startsWith(next));
  }

  /** The parameters' values: the checkpoint's, and seeded ones for the parts that it lacks. */
  Map<String, float[]> values(CheckpointReader checkpoint, BertConfig config, long seed)
      throws CompileException {
    Map<String, float[]> values =
        new LinkedHashMap<>(checkpoint.read(placed.stream().map(Parameter::name).toList()));
    for (Parameter parameter : fresh) {
      values.put(parameter.name(), parameter.fresh(seed, config.initializerRange()));
    }
    return values;
  }

  /** Describes the use of every tensor in a few lines. */
  String describe() {
    List<String> lines = new ArrayList<>();
    lines.add(placed.size() + " tensors placed");
    if (!fresh.isEmpty()) {
      lines.add("new: " + fresh.stream().map(Parameter::name).collect(Collectors.joining(", ")));
    }
    long adam = ignored.stream().filter(name -> name.matches(".*" + ADAM)).count();
    List<String> others = ignored.stream().filter(name -> !name.matches(".*" + ADAM)).toList();
    if (adam > 0) {
      lines.add("ignored: " + adam + " running means of Adam (*/adam_m, */adam_v)");
    }
    if (!others.isEmpty()) {
      lines.add("ignored: " + String.join(", ", others));
    }
    return String.join("\n", lines);
  }
}
