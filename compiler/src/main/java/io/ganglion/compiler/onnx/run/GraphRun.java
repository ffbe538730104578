package io.ganglion.compiler.onnx.run;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.onnx.OnnxGraph;
import io.ganglion.compiler.onnx.OnnxModel;
import io.ganglion.compiler.onnx.OnnxNode;
import io.ganglion.compiler.onnx.OnnxTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs a graph node by node. A tensor is forgotten when its last reader has run, so that the memory
 * is that of the widest place. Immutable: several threads may run one graph at once.
 */
public final class GraphRun {
  /** All values that are alive at one moment, in elements of 8 bytes. */
  private static final long MOST_ALIVE = 1 << 27;

  private final OnnxModel model;
  private final List<OnnxNode> nodes;

  /** For each node, its kernel, and the tensors that nobody reads after it. */
  private final List<Kernel> kernels = new ArrayList<>();

  private final List<Set<String>> lastReads = new ArrayList<>();

  /** Sees each tensor as it is computed. */
  @FunctionalInterface
  public interface Observer {
    void computed(String name, Tensor tensor);
  }

  private GraphRun(OnnxModel model) {
    this.model = model;
    this.nodes = model.graph().nodes();
  }

  /** Prepares to run a model. Refuses an operator that is not known. */
  public static GraphRun of(OnnxModel model) throws CompileException {
    GraphRun run = new GraphRun(model);
    for (OnnxNode node : model.graph().nodes()) {
      Kernel kernel = Kernels.of(node);
      if (kernel == null) {
        throw new CompileException(
            "%s: %s: this operator is not known to be a part of BERT; export the encoder alone, without text processing and with operators of ONNX."
                .formatted(model.file(), node));
      }
      run.kernels.add(kernel);
    }
    run.findLastReads();
    return run;
  }

  private void findLastReads() {
    Set<String> read = new HashSet<>();
    model.graph().outputs().forEach(output -> read.add(output.name()));
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Set<String> last = new HashSet<>();
      for (String input : nodes.get(i).inputs()) {
        if (read.add(input)) {
          last.add(input);
        }
      }
      lastReads.add(last);
    }
    Collections.reverse(lastReads);
  }

  /** The outputs for these inputs, by name. */
  public Map<String, Tensor> run(Map<String, Tensor> feeds) throws CompileException {
    return run(feeds, (name, tensor) -> {});
  }

  /** The outputs for these inputs, by name. Shows every tensor on the way. */
  public Map<String, Tensor> run(Map<String, Tensor> feeds, Observer observer)
      throws CompileException {
    Map<String, Tensor> values = new HashMap<>(feeds);
    long alive = 0;
    for (int step = 0; step < nodes.size(); step++) {
      OnnxNode node = nodes.get(step);
      List<Tensor> results = compute(node, kernels.get(step), values);
      for (int i = 0; i < node.outputs().size(); i++) {
        String name = node.outputs().get(i);
        if (i < results.size() && !name.isEmpty()) {
          values.put(name, results.get(i));
          observer.computed(name, results.get(i));
          alive += results.get(i).elements();
        }
      }
      for (String read : lastReads.get(step)) {
        Tensor gone = values.remove(read);
        alive -= gone == null || feeds.containsKey(read) ? 0 : gone.elements();
      }
      if (alive > MOST_ALIVE) {
        throw new CompileException(
            "%s: %s: the values of this graph need more than %d GiB at once, so it is no BERT."
                .formatted(model.file(), node, (MOST_ALIVE * 8) >> 30));
      }
    }
    Map<String, Tensor> outputs = new HashMap<>();
    for (OnnxGraph.Value output : model.graph().outputs()) {
      Tensor value = value(output.name(), values);
      if (value != null) {
        outputs.put(output.name(), value);
      }
    }
    return outputs;
  }

  private @Nullable Tensor value(String name, Map<String, Tensor> values) {
    Tensor computed = values.get(name);
    OnnxTensor constant = computed == null ? model.graph().constants().get(name) : null;
    return constant == null ? computed : Tensor.constant(constant);
  }

  private List<Tensor> compute(OnnxNode node, Kernel kernel, Map<String, Tensor> values)
      throws CompileException {
    try {
      List<@Nullable Tensor> inputs = new ArrayList<>();
      for (String input : node.inputs()) {
        Tensor value = input.isEmpty() ? null : value(input, values);
        if (value == null && !input.isEmpty()) {
          throw new Unfit("its input " + input + " has no value");
        }
        inputs.add(value);
      }
      return kernel.run(new Call(node, model.opset(), inputs));
    } catch (Unfit
        | IndexOutOfBoundsException
        | ArithmeticException
        | NegativeArraySizeException
        | IllegalArgumentException e) {
      // Only the graph says what goes into an operator, so what does not fit is its fault.
      throw new CompileException(
          "%s: %s cannot be computed: %s; export the model again."
              .formatted(model.file(), node, e.getMessage()),
          e);
    }
  }
}
