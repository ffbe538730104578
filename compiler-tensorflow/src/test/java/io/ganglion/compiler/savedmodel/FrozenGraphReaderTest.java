package io.ganglion.compiler.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.TensorRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/** A graph without a signature: what goes in and what comes out is found by its form. */
class FrozenGraphReaderTest {
  @TempDir Path temp;
  private final GraphDef.Builder graph = GraphDef.newBuilder();

  @Test
  void placeholdersAreTheInputsWithTheirTypesAndShapes() throws Exception {
    input("input_ids", DataType.DT_INT32, 2L, -1L);
    input("mask", DataType.DT_INT64);
    add("probabilities", "Softmax", "input_ids");
    Map<String, Signature.Port> inputs = signature().inputs();
    assertThat(inputs).containsOnlyKeys("input_ids", "mask");
    Signature.Port ids = inputs.get("input_ids");
    assertThat(ids.known()).isTrue();
    assertThat(ids.shape()).containsExactly(2L, -1L);
    assertThat(ids.type()).isEqualTo(ElementType.INT32);
    assertThat(inputs.get("mask").known()).isFalse();
  }

  @Test
  void aPlaceholderWithoutATypeIsNoInput() throws Exception {
    add("strange", "Placeholder");
    add("y", "Identity", "strange");
    assertThat(signature().inputs()).isEmpty();
  }

  @Test
  void whatNobodyReadsIsAnOutputAndTheFirstSoftmaxTheProbabilities() throws Exception {
    input("x", DataType.DT_FLOAT);
    add("logits", "BiasAdd", "x", "x");
    add("loss", "NoOp");
    add("softmax", "Softmax", "logits");
    add("other", "Softmax", "logits");
    add("pooled", "MatMul", "x", "x");
    Map<String, Signature.Port> outputs = signature().outputs();
    assertThat(outputs).containsOnlyKeys("probabilities", "other", "pooled");
    assertThat(outputs.get("probabilities").tensor()).isEqualTo(TensorRef.of("softmax"));
  }

  @Test
  void withoutASoftmaxTheLogitsAreAnOutputByTheirName() throws Exception {
    input("x", DataType.DT_FLOAT);
    add("logits", "BiasAdd", "x", "x");
    assertThat(signature().outputs()).containsOnlyKeys("logits");
  }

  @Test
  void anEmptyFileHoldsNoGraph() throws Exception {
    Path file = Files.write(temp.resolve("empty.pb"), new byte[0]);
    assertThatThrownBy(() -> SavedModelReader.read(file))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("holds no graph");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> FrozenGraphReader.read(temp.resolve("nowhere.pb")))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("nowhere.pb cannot be read");
  }

  @Test
  void randomBytesEndInASentence() throws Exception {
    for (long seed = 0; seed < 200; seed++) {
      byte[] bytes = new byte[1 + (int) seed * 5];
      new Random(seed).nextBytes(bytes);
      Path file = Files.write(temp.resolve("random.pb"), bytes);
      try {
        SavedModelReader.read(file);
      } catch (CompileException e) {
        assertThat(e.getMessage()).as("seed " + seed).contains("random.pb");
      }
    }
  }

  @Test
  void everyCutOfAGraphEndsInASentenceOrASmallerGraph() throws Exception {
    input("x", DataType.DT_FLOAT, 2L, 2L);
    add("y", "MatMul", "x", "x");
    add("softmax", "Softmax", "y");
    byte[] whole = graph.build().toByteArray();
    int whole1 = 0;
    for (int length = 0; length < whole.length; length++) {
      Path file = Files.write(temp.resolve("cut.pb"), java.util.Arrays.copyOf(whole, length));
      try {
        assertThat(SavedModelReader.read(file).graph().size()).isLessThan(3);
        whole1++;
      } catch (CompileException e) {
        assertThat(e.getMessage()).as("cut to " + length).contains("cut.pb");
      }
    }
    // Between two nodes a cut cannot be seen.
    assertThat(whole1).isEqualTo(2);
  }

  private Signature signature() throws Exception {
    Path file = Files.write(temp.resolve("graph.pb"), graph.build().toByteArray());
    SourceModel model = SavedModelReader.read(file);
    assertThat(model.tags()).isEmpty();
    assertThat(model.signatures()).hasSize(1);
    return model.signatures().get(0);
  }

  private void add(String name, String op, String... inputs) {
    graph.addNode(NodeDef.newBuilder().setName(name).setOp(op).addAllInput(List.of(inputs)));
  }

  private void input(String name, DataType type, Long... sizes) {
    NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp("Placeholder");
    node.putAttr("dtype", AttrValue.newBuilder().setType(type).build());
    if (sizes.length > 0) {
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      for (Long size : sizes) {
        shape.addDimBuilder().setSize(size);
      }
      node.putAttr("shape", AttrValue.newBuilder().setShape(shape).build());
    }
    graph.addNode(node);
  }
}
