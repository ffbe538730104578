package io.ganglion.compiler.recognise;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.pass.GraphPass;
import io.ganglion.compiler.pipeline.FunctionBert;
import io.ganglion.compiler.pipeline.FunctionEmbeddings;
import io.ganglion.compiler.pipeline.Samples;
import io.ganglion.compiler.savedmodel.SavedModelReader;
import io.ganglion.compiler.savedmodel.SourceModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Models that are BERT but for one operator: the operators of the forward pass are changed in turn,
 * and where the result is no BERT it may not be taken for one.
 */
class NearMissTest {
  /** Operators, each with one that has the same inputs and another result. */
  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("Add", "Sub"),
          Map.entry("AddV2", "Sub"),
          Map.entry("Sub", "AddV2"),
          Map.entry("Mul", "RealDiv"),
          Map.entry("RealDiv", "Mul"),
          Map.entry("MatMul", "NoSuchOp"),
          Map.entry("BatchMatMul", "NoSuchOp"),
          Map.entry("BatchMatMulV2", "NoSuchOp"),
          Map.entry("BiasAdd", "Sub"),
          Map.entry("Softmax", "LogSoftmax"),
          Map.entry("Tanh", "Sinh"),
          Map.entry("Erf", "Tanh"),
          Map.entry("Rsqrt", "Sqrt"),
          Map.entry("Mean", "Sum"),
          Map.entry("SquaredDifference", "Sub"),
          Map.entry("Pow", "Mul"),
          Map.entry("GatherV2", "NoSuchOp"));

  /** Operators that no BERT can be without; others may be left out: a bias, a scale. */
  private static final Set<String> NEEDED =
      Set.of(
          "MatMul",
          "BatchMatMul",
          "BatchMatMulV2",
          "Tanh",
          "Erf",
          "Rsqrt",
          "Mean",
          "SquaredDifference",
          "Pow",
          "GatherV2");

  /**
   * Where a changed operator makes another BERT: another scale of the scores, a bias of the other
   * sign, log-probabilities for logits, or a mask that does not hide padding, which is then never
   * fed.
   */
  private static final Pattern FREE =
      Pattern.compile(
          ".*/attention/self/(Mul|sub|mul_1|add|truediv|Add)|.*bert/(encoder/mul|mask/(sub|mul))"
              + "|.*(pooler/dense|loss|classifier)/BiasAdd|loss/Softmax");

  /** What is changed. */
  enum Written {
    BY_AN_ESTIMATOR,
    AS_FUNCTIONS
  }

  @TempDir static Path temp;
  private static final Map<Written, SourceModel> MODELS = new EnumMap<>(Written.class);

  @BeforeAll
  static void read() throws Exception {
    Path estimator =
        Samples.write(temp.resolve("estimator"), Samples.config(Samples.dimensions(1, 64, 2, 64)));
    MODELS.put(Written.BY_AN_ESTIMATOR, SavedModelReader.read(estimator));
    FunctionBert functions = new FunctionBert(FunctionEmbeddings.Library.HUGGING_FACE);
    functions.layers = 1;
    MODELS.put(
        Written.AS_FUNCTIONS, SavedModelReader.read(functions.write(temp.resolve("functions"))));
  }

  @ParameterizedTest
  @EnumSource(Written.class)
  void noOperatorOfTheForwardPassCanBeAnother(Written written) throws Exception {
    SourceModel model = MODELS.get(written);
    List<Node> forward = forwardPass(model);
    assertThat(forward).as("operators to change").hasSizeGreaterThan(40);
    List<String> taken = new ArrayList<>();
    for (Node node : forward) {
      boolean free = FREE.matcher(node.name()).matches();
      if (!free && recognised(model, node.name(), OTHERS.get(node.op()))) {
        taken.add(node.name() + ": " + node.op() + " -> " + OTHERS.get(node.op()));
      }
    }
    assertThat(taken).as("changes that still pass for BERT").isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Written.class)
  void noOperatorThatIsNeededCanBeLeftOut(Written written) throws Exception {
    SourceModel model = MODELS.get(written);
    List<String> taken = new ArrayList<>();
    for (Node node : forwardPass(model)) {
      if (NEEDED.contains(node.op()) && recognised(model, node.name(), "Identity")) {
        taken.add(node.name() + ": without " + node.op());
      }
    }
    assertThat(taken).as("omissions that still pass for BERT").isEmpty();
  }

  /** The real-valued operators between the inputs and the answer. */
  private static List<Node> forwardPass(SourceModel model) throws CompileException {
    TensorRef output = recognise(model, model.graph()).call().output().flat();
    Graph clean =
        GraphPass.applyAll(GraphPass.cleaning(), new GraphPass.Program(model.graph(), output))
            .graph();
    return clean.nodes().stream()
        .filter(node -> OTHERS.containsKey(node.op()))
        .filter(node -> node.type("T") == ElementType.FLOAT)
        .toList();
  }

  private static boolean recognised(SourceModel model, String name, String op) {
    List<Node> nodes =
        model.graph().nodes().stream()
            .map(node -> node.name().equals(name) ? changed(node, op) : node)
            .toList();
    try {
      recognise(model, Graph.of(nodes));
      return true;
    } catch (CompileException e) {
      assertThat(e).as(name).hasMessageContaining("not a BERT classifier");
      return false;
    }
  }

  private static Node changed(Node node, String op) {
    return node.as(op, node.inputs(), node.attributes());
  }

  private static Recognised recognise(SourceModel model, Graph graph) throws CompileException {
    return BertRecogniser.recognise(
        new CallableGraph(
            model.path().toString(),
            graph,
            model.signatures(),
            model.variables(),
            model.topLevel()));
  }
}
