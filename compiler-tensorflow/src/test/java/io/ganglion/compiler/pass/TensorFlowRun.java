package io.ganglion.compiler.pass;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.pass.GraphPass.Program;
import io.ganglion.compiler.savedmodel.SavedModelWriter;
import io.ganglion.compiler.savedmodel.SourceRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs small programs in TensorFlow, with frozen variables. */
public final class TensorFlowRun {
  private TensorFlowRun() {}

  /**
   * The program's output, fp32, row-major.
   *
   * @param directory a directory that must not exist
   * @param inputs int32 [rows, values / rows], by name
   */
  public static float[] run(Path directory, Program program, int rows, Map<String, int[]> inputs)
      throws CompileException {
    Signature.Port port =
        new Signature.Port(program.output(), program.output(), ElementType.FLOAT, false, List.of());
    Signature signature =
        new Signature("serving_default", "predict", Map.of(), Map.of("output", port));
    SavedModelWriter.write(directory, frozen(program), signature, null, null);
    Map<TensorRef, SourceRunner.Feed> feeds = new HashMap<>();
    inputs.forEach(
        (name, values) ->
            feeds.put(
                TensorRef.of(name),
                new SourceRunner.Feed(
                    ElementType.INT32, new long[] {rows, values.length / rows}, values)));
    try (SourceRunner runner = SourceRunner.open(directory, List.of("serve"))) {
      return runner.run(feeds, program.output());
    }
  }

  private static Graph frozen(Program program) throws CompileException {
    List<Node> nodes = new ArrayList<>();
    for (Node node : program.graph().nodes()) {
      nodes.add(node.is("VariableV2") ? constant(node.name(), program) : node);
    }
    return Graph.of(nodes);
  }

  private static Node constant(String name, Program program) throws CompileException {
    Weight weight = Objects.requireNonNull(program.weights().get(name), name);
    long[] shape = weight.shape().stream().mapToLong(Integer::longValue).toArray();
    GraphBuilder builder = new GraphBuilder();
    builder.constant(name, TensorValue.floats(shape, weight.read()));
    return builder.build().node(name);
  }
}
