package io.ganglion.compiler.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Adds a graph's variables in the style of TensorFlow 1: reference variables, each with its
 * assignment and its {@code /read}, and the operators that save and restore them. Not thread-safe.
 */
public final class Variables {
  /**
   * A variable of the graph.
   *
   * @param name its name, which is also its key in the checkpoint
   * @param shape sizes of its axes
   */
  public record Variable(String name, List<Integer> shape) {
    public int elements() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }

  /** Gives the values of a variable that becomes a constant. */
  @FunctionalInterface
  public interface Values {
    float[] of(Variable variable);
  }

  /**
   * The operators that save and restore variables.
   *
   * @param filename tensor that takes the checkpoint's name
   * @param save tensor that saves
   * @param restore operator that restores
   */
  public record Saver(String filename, String save, String restore) {}

  private final GraphBuilder graph;
  private final List<Variable> variables = new ArrayList<>();
  private final List<String> assignments = new ArrayList<>();

  public Variables(GraphBuilder graph) {
    this.graph = graph;
  }

  /** Adds a variable and returns the tensor that reads it. */
  public TensorRef add(String name, Integer... sizes) {
    Variable variable = new Variable(name, List.of(sizes));
    variables.add(variable);
    TensorRef reference = graph.variable(name, variable.shape());
    initializer(variable, reference);
    return read(name, reference);
  }

  /**
   * Includes a variable that the graph already has. It needs no initializer: a checkpoint always
   * fills it.
   */
  public void adopt(String name, List<Integer> shape) {
    variables.add(new Variable(name, List.copyOf(shape)));
  }

  /** Adds a constant in place of a variable, as when a graph is frozen. */
  public TensorRef freeze(String name, Values values, Integer... sizes) {
    Variable variable = new Variable(name, List.of(sizes));
    long[] shape = variable.shape().stream().mapToLong(Integer::longValue).toArray();
    return read(name, graph.constant(name, TensorValue.floats(shape, values.of(variable))));
  }

  private TensorRef read(String name, TensorRef from) {
    return graph.op(
        name + "/read",
        "Identity",
        GraphBuilder.attributes("T", Attribute.type(ElementType.FLOAT), "_class", colocated(name)),
        from);
  }

  private static Attribute colocated(String name) {
    return new Attribute.Many(List.of(new Attribute.Text("loc:@" + name)));
  }

  private void initializer(Variable variable, TensorRef reference) {
    String scope = variable.name() + "/Initializer/";
    TensorRef value;
    if (variable.shape().size() == 1) {
      String kind = variable.name().endsWith("gamma") ? "ones" : "zeros";
      long[] shape = {variable.shape().get(0)};
      value =
          graph.constant(scope + kind, TensorValue.floats(shape, kind.equals("ones") ? 1f : 0f));
    } else {
      String normal = scope + "truncated_normal";
      int[] sizes = variable.shape().stream().mapToInt(Integer::intValue).toArray();
      TensorRef shape = graph.constant(normal + "/shape", TensorValue.vector(sizes));
      TensorRef mean = graph.constant(normal + "/mean", TensorValue.scalar(0f));
      TensorRef stddev = graph.constant(normal + "/stddev", TensorValue.scalar(0.02f));
      TensorRef draw =
          graph.op(
              normal + "/TruncatedNormal",
              "TruncatedNormal",
              GraphBuilder.attributes(
                  "T",
                  Attribute.type(ElementType.INT32),
                  "dtype",
                  Attribute.type(ElementType.FLOAT),
                  "seed",
                  new Attribute.Int(0),
                  "seed2",
                  new Attribute.Int(0)),
              shape);
      value = graph.real(normal, "Add", graph.real(normal + "/mul", "Mul", draw, stddev), mean);
    }
    assignments.add(assign(variable.name() + "/Assign", reference, value).node());
  }

  private TensorRef assign(String name, TensorRef reference, TensorRef value) {
    return graph.op(
        name,
        "Assign",
        GraphBuilder.attributes(
            "T",
            Attribute.type(ElementType.FLOAT),
            "use_locking",
            new Attribute.Flag(true),
            "validate_shape",
            new Attribute.Flag(true),
            "_class",
            colocated(reference.node())),
        reference,
        value);
  }

  public List<Variable> all() {
    return Collections.unmodifiableList(variables);
  }

  /** Adds the saver's operators and the initializer {@code init}. */
  public Saver addSaver() {
    List<Variable> sorted = new ArrayList<>(variables);
    sorted.sort(java.util.Comparator.comparing(Variable::name));
    TensorRef file = fileName();
    TensorRef names = texts("save/SaveV2/tensor_names", sorted, true);
    TensorRef slices = texts("save/SaveV2/shape_and_slices", sorted, false);
    Attribute types = types(sorted.size());
    TensorRef shard = shardName();
    List<TensorRef> inputs = new ArrayList<>(List.of(shard, names, slices));
    sorted.forEach(variable -> inputs.add(TensorRef.of(variable.name())));
    graph.add(new Node("save/SaveV2", "SaveV2", inputs, List.of(), Map.of("dtypes", types)));
    graph.add(
        new Node(
            "save/control_dependency",
            "Identity",
            List.of(shard),
            List.of("save/SaveV2"),
            GraphBuilder.attributes("T", Attribute.type(ElementType.STRING))));
    addMerge(file);
    TensorRef restoreNames = texts("save/RestoreV2/tensor_names", sorted, true);
    TensorRef restoreSlices = texts("save/RestoreV2/shape_and_slices", sorted, false);
    graph.op(
        "save/RestoreV2", "RestoreV2", Map.of("dtypes", types), file, restoreNames, restoreSlices);
    List<String> restored = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i++) {
      String name = i == 0 ? "save/Assign" : "save/Assign_" + i;
      assign(name, TensorRef.of(sorted.get(i).name()), new TensorRef("save/RestoreV2", i));
      restored.add(name);
    }
    graph.add(new Node("save/restore_shard", "NoOp", List.of(), restored, Map.of()));
    graph.add(
        new Node("save/restore_all", "NoOp", List.of(), List.of("save/restore_shard"), Map.of()));
    graph.add(new Node("init", "NoOp", List.of(), assignments, Map.of()));
    graph.add(new Node("group_deps", "NoOp", List.of(), List.of(), Map.of()));
    return new Saver("save/Const:0", "save/Identity:0", "save/restore_all");
  }

  private TensorRef fileName() {
    Map<String, Attribute> text =
        GraphBuilder.attributes(
            "dtype",
            Attribute.type(ElementType.STRING),
            "shape",
            new Attribute.Shape(true, List.of()));
    TensorRef input = graph.constant("save/filename/input", text("model"));
    TensorRef name = graph.op("save/filename", "PlaceholderWithDefault", text, input);
    return graph.op("save/Const", "PlaceholderWithDefault", text, name);
  }

  private TensorRef shardName() {
    TensorRef part = graph.constant("save/StringJoin/inputs_1", text("_temp/part"));
    TensorRef joined =
        graph.op(
            "save/StringJoin",
            "StringJoin",
            GraphBuilder.attributes("N", new Attribute.Int(2), "separator", new Attribute.Text("")),
            TensorRef.of("save/Const"),
            part);
    TensorRef shards = graph.constant("save/num_shards", TensorValue.scalar(1));
    TensorRef shard = graph.constant("save/ShardedFilename/shard", TensorValue.scalar(0));
    return graph.op("save/ShardedFilename", "ShardedFilename", Map.of(), joined, shard, shards);
  }

  private void addMerge(TensorRef file) {
    TensorRef prefixes =
        graph.add(
            new Node(
                "save/MergeV2Checkpoints/checkpoint_prefixes",
                "Pack",
                List.of(TensorRef.of("save/ShardedFilename")),
                List.of("save/control_dependency"),
                GraphBuilder.attributes(
                    "N", new Attribute.Int(1),
                    "T", Attribute.type(ElementType.STRING),
                    "axis", new Attribute.Int(0))));
    graph.op(
        "save/MergeV2Checkpoints",
        "MergeV2Checkpoints",
        Map.of("delete_old_dirs", new Attribute.Flag(true)),
        prefixes,
        file);
    graph.add(
        new Node(
            "save/Identity",
            "Identity",
            List.of(file),
            List.of("save/MergeV2Checkpoints", "save/control_dependency"),
            GraphBuilder.attributes("T", Attribute.type(ElementType.STRING))));
  }

  private TensorRef texts(String name, List<Variable> variables, boolean names) {
    return graph.constant(
        name,
        TensorValue.ofTexts(
            new long[] {variables.size()},
            variables.stream().map(variable -> names ? variable.name() : "").toList()));
  }

  private static TensorValue text(String text) {
    return TensorValue.ofTexts(new long[0], List.of(text));
  }

  private static Attribute types(int count) {
    return new Attribute.Many(Collections.nCopies(count, Attribute.type(ElementType.FLOAT)));
  }
}
