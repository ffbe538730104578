package io.ganglion.compiler.onnx.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.onnx.BertFile;
import io.ganglion.compiler.onnx.OnnxModel;
import io.ganglion.compiler.onnx.OnnxReader;
import io.ganglion.compiler.onnx.OnnxType;
import io.ganglion.compiler.onnx.OnnxWriter;
import io.ganglion.compiler.onnx.run.GraphRun;
import io.ganglion.compiler.recognise.BertRecogniser;
import io.ganglion.compiler.recognise.CallableGraph;
import io.ganglion.compiler.recognise.Recognised;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The matchers find the same model in every form of it. */
class LoweringTest {
  @TempDir Path temp;
  private int files;

  /** Each model has a file of its own, since weights are read late. */
  private Recognised recognise(OnnxWriter writer) throws Exception {
    OnnxModel model = OnnxReader.read(writer.write(temp.resolve("model" + files++ + ".onnx")));
    Lowered lowered = Lowering.lower(model, GraphRun.of(model));
    return BertRecogniser.recognise(
        new CallableGraph(
            "model.onnx",
            lowered.graph(),
            List.of(lowered.signature()),
            lowered.variables(),
            lowered.graph().nodes().stream().map(Node::name).collect(Collectors.toSet())));
  }

  private static void assertSame(BertModel model, BertModel expected) throws Exception {
    assertThat(model.dimensions()).isEqualTo(expected.dimensions());
    assertThat(model.layerNormEpsilon()).isCloseTo(expected.layerNormEpsilon(), within(1e-7f));
    assertThat(model.words().read()).containsExactly(expected.words().read());
    assertThat(model.positions().read()).containsExactly(expected.positions().read());
    assertThat(model.segments().read()).containsExactly(expected.segments().read());
    for (int i = 0; i < BertFile.LAYERS; i++) {
      EncoderLayer layer = model.layers().get(i);
      EncoderLayer same = expected.layers().get(i);
      assertThat(layer.query().kernel().read()).containsExactly(same.query().kernel().read());
      assertThat(layer.key().bias().read()).containsExactly(same.key().bias().read());
      assertThat(layer.value().kernel().read()).containsExactly(same.value().kernel().read());
      assertThat(layer.queryScale()).isCloseTo(same.queryScale(), within(1e-3f));
      assertThat(layer.output().bias().read()).containsExactly(same.output().bias().read());
      assertThat(layer.outputNorm().gamma().read())
          .containsExactly(same.outputNorm().gamma().read());
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyFormIsTheSameModel(BertFile.Form form) throws Exception {
    BertModel expected = recognise(BertFile.of(BertFile.Form.OPSET_11)).model();
    Recognised recognised = recognise(BertFile.of(form));
    assertSame(recognised.model(), expected);
    assertThat(recognised.call().masksPadding()).isTrue();
    assertThat(recognised.call().outputIsLogits()).isTrue();
    assertThat(recognised.call().roles().values()).doesNotHaveDuplicates().hasSize(3);
  }

  @ParameterizedTest
  @EnumSource
  void everyFormIsTheSameModelIn16Bits(BertFile.Form form) throws Exception {
    BertModel expected = recognise(BertFile.of(BertFile.Form.OPSET_11)).model();
    assertSame(
        recognise(BertFile.of(form, BertFile.End.LOGITS, OnnxType.FLOAT16, "")).model(), expected);
  }

  @Test
  void probabilitiesAreFoundBehindTheirLogits() throws Exception {
    Recognised recognised =
        recognise(
            BertFile.of(BertFile.Form.OPSET_11, BertFile.End.PROBABILITIES, OnnxType.FLOAT, ""));
    assertThat(recognised.call().outputIsLogits()).isFalse();
  }
}
