package io.ganglion.compiler.recognise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.sample.SampleVocabulary;
import io.ganglion.compiler.sample.savedmodel.SavedModelSample;
import io.ganglion.compiler.savedmodel.SavedModelReader;
import io.ganglion.compiler.savedmodel.SourceModel;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelDimensions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Distinguishes faults of the source from faults of the compiler. */
class BertRecogniserTest {
  @TempDir static Path temp;
  private static SourceModel sample;

  @BeforeAll
  static void readASample() throws Exception {
    ModelDimensions dimensions = new ModelDimensions(1024, 64, 2, 64, 1, 2, 128);
    Path directory = temp.resolve("sample");
    SavedModelSample.write(
        directory,
        SampleConfig.of(dimensions, 2, 32, Activation.GELU_TANH, 1),
        SampleVocabulary.of(1024),
        Progress.SILENT);
    sample = SavedModelReader.read(directory);
  }

  private static CallableGraph graph(UnaryOperator<Node> change, Map<String, Weight> variables) {
    Graph changed = Graph.of(sample.graph().nodes().stream().map(change).toList());
    return new CallableGraph(
        "the sample", changed, sample.signatures(), variables, sample.topLevel());
  }

  @Test
  void aSampleIsRecognised() throws Exception {
    CallableGraph graph = graph(node -> node, sample.variables());
    assertThat(BertRecogniser.recognise(graph).model().layers()).hasSize(1);
  }

  @Test
  void aNodeWithoutItsInputsIsTheSourcesFaultAndNamed() {
    String softmax =
        sample.graph().nodes().stream()
            .filter(node -> node.is("Softmax") && node.name().contains("attention"))
            .findFirst()
            .orElseThrow()
            .name();
    CallableGraph graph =
        graph(
            node -> node.name().equals(softmax) ? node.withInputs(List.of()) : node,
            sample.variables());
    assertThatThrownBy(() -> BertRecogniser.recognise(graph))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("the sample is not a BERT classifier")
        .hasMessageContaining(softmax)
        .hasMessageContaining("it has 0 inputs");
  }

  @Test
  void aBugInsideOfTheRecogniserIsNotTakenForAnUnfitSource() {
    for (RuntimeException bug :
        List.of(
            new IndexOutOfBoundsException("bug"),
            new IllegalArgumentException("bug"),
            new ArithmeticException("bug"),
            new NullPointerException("bug"))) {
      Map<String, Weight> variables = new TreeMap<>(sample.variables());
      variables.replaceAll((name, weight) -> failing(weight, bug));
      CallableGraph graph = graph(node -> node, variables);
      assertThatThrownBy(() -> BertRecogniser.recognise(graph)).isSameAs(bug);
    }
  }

  private static Weight failing(Weight weight, RuntimeException bug) {
    return new Weight() {
      @Override
      public String name() {
        return weight.name();
      }

      @Override
      public List<Integer> shape() {
        throw bug;
      }

      @Override
      public float[] read() {
        throw bug;
      }
    };
  }
}
