package io.ganglion.compiler.savedmodel;

import com.google.protobuf.ByteString;
import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.TensorValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Reads attributes and constants from protocol messages. */
final class ProtoAttributes {
  private ProtoAttributes() {}

  /** Null for a value that is not set. */
  static @Nullable Attribute read(AttrValue value) {
    return switch (value.getValueCase()) {
      case S -> new Attribute.Text(latin(value.getS()));
      case I -> new Attribute.Int(value.getI());
      case F -> new Attribute.Real(value.getF());
      case B -> new Attribute.Flag(value.getB());
      case TYPE -> new Attribute.Type(value.getTypeValue());
      case SHAPE -> shape(value.getShape());
      case TENSOR -> new Attribute.Value(tensor(value.getTensor()));
      case FUNC ->
          new Attribute.Function(value.getFunc().getName(), all(value.getFunc().getAttrMap()));
      case LIST -> list(value.getList());
      case PLACEHOLDER, VALUE_NOT_SET -> null;
    };
  }

  static Map<String, Attribute> all(Map<String, AttrValue> values) {
    Map<String, Attribute> attributes = new HashMap<>();
    values.forEach(
        (name, value) -> {
          Attribute attribute = read(value);
          if (attribute != null) {
            attributes.put(name, attribute);
          }
        });
    return attributes;
  }

  private static Attribute list(AttrValue.ListValue list) {
    List<Attribute> values = new ArrayList<>();
    list.getSList().forEach(text -> values.add(new Attribute.Text(latin(text))));
    list.getIList().forEach(number -> values.add(new Attribute.Int(number)));
    list.getFList().forEach(number -> values.add(new Attribute.Real(number)));
    list.getBList().forEach(flag -> values.add(new Attribute.Flag(flag)));
    list.getTypeValueList().forEach(type -> values.add(new Attribute.Type(type)));
    list.getShapeList().forEach(shape -> values.add(shape(shape)));
    list.getTensorList().forEach(tensor -> values.add(new Attribute.Value(tensor(tensor))));
    list.getFuncList()
        .forEach(
            function ->
                values.add(new Attribute.Function(function.getName(), all(function.getAttrMap()))));
    return new Attribute.Many(values);
  }

  static Attribute.Shape shape(TensorShapeProto proto) {
    return new Attribute.Shape(
        !proto.getUnknownRank(),
        proto.getUnknownRank()
            ? List.of()
            : proto.getDimList().stream().map(TensorShapeProto.Dim::getSize).toList());
  }

  static TensorValue tensor(TensorProto proto) {
    long[] shape =
        proto.getTensorShape().getDimList().stream()
            .mapToLong(TensorShapeProto.Dim::getSize)
            .toArray();
    ElementType type = ElementType.of(proto.getDtypeValue());
    if (type == ElementType.STRING) {
      return TensorValue.ofTexts(
          shape, proto.getStringValList().stream().map(ProtoAttributes::latin).toList());
    }
    if (type.bytes() == 0) {
      return TensorValue.ofTexts(shape, List.of());
    }
    ByteBuffer content =
        proto.getTensorContent().isEmpty()
            ? typedValues(type, proto)
            : proto.getTensorContent().asReadOnlyByteBuffer();
    return TensorValue.of(type, shape, content);
  }

  private static ByteBuffer typedValues(ElementType type, TensorProto proto) {
    ByteBuffer bytes =
        ByteBuffer.allocate(type.bytes() * count(type, proto)).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case FLOAT -> proto.getFloatValList().forEach(bytes::putFloat);
      case DOUBLE -> proto.getDoubleValList().forEach(bytes::putDouble);
      case INT32 -> proto.getIntValList().forEach(bytes::putInt);
      case INT64 -> proto.getInt64ValList().forEach(bytes::putLong);
      case BOOL -> proto.getBoolValList().forEach(flag -> bytes.put((byte) (flag ? 1 : 0)));
      case HALF, BFLOAT16 ->
          proto.getHalfValList().forEach(half -> bytes.putShort(half.shortValue()));
      case INT16 -> proto.getIntValList().forEach(value -> bytes.putShort(value.shortValue()));
      case INT8, UINT8 -> proto.getIntValList().forEach(value -> bytes.put(value.byteValue()));
      default -> throw new IllegalArgumentException(type + " has no typed values.");
    }
    return bytes.flip();
  }

  private static int count(ElementType type, TensorProto proto) {
    return switch (type) {
      case FLOAT -> proto.getFloatValCount();
      case DOUBLE -> proto.getDoubleValCount();
      case INT64 -> proto.getInt64ValCount();
      case BOOL -> proto.getBoolValCount();
      case HALF, BFLOAT16 -> proto.getHalfValCount();
      default -> proto.getIntValCount();
    };
  }

  static String latin(ByteString bytes) {
    return bytes.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
