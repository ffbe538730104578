package io.ganglion.compiler.savedmodel;

import com.google.protobuf.ByteString;
import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VersionDef;

/** Converts a graph to a GraphDef. */
final class GraphExporter {
  /** The graph version of TensorFlow 1.15, whose operators we write. */
  static final VersionDef VERSIONS =
      VersionDef.newBuilder().setProducer(134).setMinConsumer(12).build();

  private GraphExporter() {}

  static GraphDef write(Graph graph) {
    GraphDef.Builder def = GraphDef.newBuilder().setVersions(VERSIONS);
    graph.nodes().forEach(node -> def.addNode(write(node)));
    return def.build();
  }

  static NodeDef write(Node node) {
    NodeDef.Builder def = NodeDef.newBuilder().setName(node.name()).setOp(node.op());
    for (TensorRef input : node.inputs()) {
      def.addInput(input.port() == 0 ? input.node() : input.toString());
    }
    node.controls().forEach(control -> def.addInput("^" + control));
    new TreeMap<>(node.attributes()).forEach((name, value) -> def.putAttr(name, write(value)));
    return def.build();
  }

  private static AttrValue write(Attribute attribute) {
    AttrValue.Builder value = AttrValue.newBuilder();
    if (attribute instanceof Attribute.Int number) {
      value.setI(number.value());
    } else if (attribute instanceof Attribute.Real number) {
      value.setF(number.value());
    } else if (attribute instanceof Attribute.Flag flag) {
      value.setB(flag.value());
    } else if (attribute instanceof Attribute.Text text) {
      value.setS(latin(text.value()));
    } else if (attribute instanceof Attribute.Type type) {
      value.setTypeValue(type.number());
    } else if (attribute instanceof Attribute.Shape shape) {
      value.setShape(shape(shape));
    } else if (attribute instanceof Attribute.Value tensor) {
      value.setTensor(tensor(tensor.tensor()));
    } else if (attribute instanceof Attribute.Function function) {
      value.setFunc(function(function));
    } else if (attribute instanceof Attribute.Many list) {
      value.setList(list(list.values()));
    }
    return value.build();
  }

  private static NameAttrList function(Attribute.Function function) {
    NameAttrList.Builder list = NameAttrList.newBuilder().setName(function.name());
    new TreeMap<>(function.attributes()).forEach((name, value) -> list.putAttr(name, write(value)));
    return list.build();
  }

  private static AttrValue.ListValue list(List<Attribute> values) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    for (Attribute attribute : values) {
      AttrValue value = write(attribute);
      switch (value.getValueCase()) {
        case I -> list.addI(value.getI());
        case F -> list.addF(value.getF());
        case B -> list.addB(value.getB());
        case S -> list.addS(value.getS());
        case TYPE -> list.addTypeValue(value.getTypeValue());
        case SHAPE -> list.addShape(value.getShape());
        case TENSOR -> list.addTensor(value.getTensor());
        case FUNC -> list.addFunc(value.getFunc());
        default -> throw new IllegalArgumentException("A list cannot hold " + attribute);
      }
    }
    return list.build();
  }

  static TensorShapeProto shape(Attribute.Shape shape) {
    TensorShapeProto.Builder proto = TensorShapeProto.newBuilder().setUnknownRank(!shape.known());
    shape.sizes().forEach(size -> proto.addDim(TensorShapeProto.Dim.newBuilder().setSize(size)));
    return proto.build();
  }

  private static TensorProto tensor(TensorValue tensor) {
    TensorProto.Builder proto = TensorProto.newBuilder().setDtypeValue(tensor.type().number());
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : tensor.shape()) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    proto.setTensorShape(shape);
    if (tensor.type() == ElementType.STRING) {
      tensor.texts().forEach(text -> proto.addStringVal(latin(text)));
    } else if (tensor.bytes().remaining() == tensor.elements() * tensor.type().bytes()) {
      proto.setTensorContent(ByteString.copyFrom(tensor.bytes()));
    } else {
      addTyped(proto, tensor);
    }
    return proto.build();
  }

  private static void addTyped(TensorProto.Builder proto, TensorValue tensor) {
    int stored = tensor.bytes().remaining() / tensor.type().bytes();
    for (int i = 0; i < stored; i++) {
      double value = tensor.at(i);
      switch (tensor.type()) {
        case FLOAT -> proto.addFloatVal((float) value);
        case DOUBLE -> proto.addDoubleVal(value);
        case INT32, INT16, INT8, UINT8 -> proto.addIntVal((int) value);
        case INT64 -> proto.addInt64Val(tensor.bytes().getLong(8 * i));
        case BOOL -> proto.addBoolVal(value != 0);
        default -> proto.addHalfVal(tensor.bytes().getShort(2 * i) & 0xffff);
      }
    }
  }

  static ByteString latin(String text) {
    return ByteString.copyFrom(text, StandardCharsets.ISO_8859_1);
  }
}
