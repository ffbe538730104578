package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.savedmodel.SavedModelReader;
import io.ganglion.compiler.savedmodel.TestBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Copies an encoder's SavedModel and adds a dense layer that reads the pooled output. */
final class GenuineEncoder {
  private static final int LABELS = 3;
  private static final String WORDS = "variables/0/.ATTRIBUTES/VARIABLE_VALUE";

  private GenuineEncoder() {}

  /** Adds the head outside the encoder's function, and a vocabulary of the table's size. */
  static Path withHead(Path encoder, Path to) throws IOException, CompileException {
    try (Stream<Path> files = Files.walk(encoder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(encoder.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.write(copy, Files.readAllBytes(file));
      }
    }
    List<Integer> words =
        Objects.requireNonNull(SavedModelReader.read(encoder).checkpointKeys().get(WORDS)).shape();
    Path file = to.resolve("saved_model.pb");
    SavedModel.Builder model = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
    var meta = model.getMetaGraphsBuilder(0);
    SignatureDef.Builder signature =
        meta.getSignatureDefOrThrow("serving_default").toBuilder().clearOutputs();
    addHead(meta.getGraphDefBuilder(), words.get(1));
    signature.putOutputs(
        "logits", TensorInfo.newBuilder().setName("head:0").setDtype(DataType.DT_FLOAT).build());
    meta.putSignatureDef("serving_default", signature.build());
    Files.write(file, model.build().toByteArray());
    Files.write(to.resolve("vocab.txt"), vocabulary(words.get(0)), StandardCharsets.UTF_8);
    return to;
  }

  private static void addHead(GraphDef.Builder graph, int width) {
    AttrValue real = AttrValue.newBuilder().setType(DataType.DT_FLOAT).build();
    TensorProto.Builder kernel = TensorProto.newBuilder().setDtype(DataType.DT_FLOAT);
    for (float value : TestBundle.random("head_embedding", List.of(width, LABELS), 1)) {
      kernel.addFloatVal(value);
    }
    kernel.setTensorShape(
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dim.newBuilder().setSize(width))
            .addDim(TensorShapeProto.Dim.newBuilder().setSize(LABELS)));
    graph.addNode(
        NodeDef.newBuilder()
            .setName("head/kernel")
            .setOp("Const")
            .putAttr("dtype", real)
            .putAttr("value", AttrValue.newBuilder().setTensor(kernel).build()));
    graph.addNode(
        NodeDef.newBuilder()
            .setName("head")
            .setOp("MatMul")
            .addInput("StatefulPartitionedCall")
            .addInput("head/kernel")
            .putAttr("T", real));
  }

  /**
   * A vocabulary of letters, so that texts have many different pieces, with unused entries up to
   * the size.
   */
  private static List<String> vocabulary(int size) {
    List<String> pieces = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (char letter = 'a'; letter <= 'z'; letter++) {
      pieces.add(String.valueOf(letter));
      pieces.add("##" + letter);
    }
    while (pieces.size() < size) {
      pieces.add("piece" + pieces.size());
    }
    return pieces;
  }
}
