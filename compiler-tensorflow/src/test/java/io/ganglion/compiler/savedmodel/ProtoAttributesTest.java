package io.ganglion.compiler.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.TensorValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

class ProtoAttributesTest {
  @Test
  void valuesOfEveryKindAreRead() {
    assertThat(ProtoAttributes.read(AttrValue.newBuilder().setI(-7).build()))
        .isEqualTo(new Attribute.Int(-7));
    assertThat(ProtoAttributes.read(AttrValue.newBuilder().setF(0.5f).build()))
        .isEqualTo(new Attribute.Real(0.5f));
    assertThat(ProtoAttributes.read(AttrValue.newBuilder().setB(true).build()))
        .isEqualTo(new Attribute.Flag(true));
    assertThat(ProtoAttributes.read(AttrValue.newBuilder().setType(DataType.DT_HALF).build()))
        .isEqualTo(Attribute.type(ElementType.HALF));
    assertThat(
            ProtoAttributes.read(
                AttrValue.newBuilder().setS(ByteString.copyFromUtf8("NHWC")).build()))
        .isEqualTo(new Attribute.Text("NHWC"));
  }

  @Test
  void aReferenceHasTheElementTypeOfWhatItRefersTo() {
    Attribute type =
        ProtoAttributes.read(AttrValue.newBuilder().setType(DataType.DT_FLOAT_REF).build());
    assertThat(type).isEqualTo(new Attribute.Type(101));
    assertThat(((Attribute.Type) type).element()).isEqualTo(ElementType.FLOAT);
  }

  @Test
  void aValueThatIsNotSetIsLeftOut() {
    assertThat(ProtoAttributes.read(AttrValue.getDefaultInstance())).isNull();
    assertThat(ProtoAttributes.read(AttrValue.newBuilder().setPlaceholder("T").build())).isNull();
    assertThat(
            ProtoAttributes.all(
                Map.of(
                    "a",
                    AttrValue.getDefaultInstance(),
                    "b",
                    AttrValue.newBuilder().setI(1).build())))
        .containsOnlyKeys("b");
  }

  @Test
  void bytesThatAreNoTextKeepTheirValues() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    String text = ProtoAttributes.latin(ByteString.copyFrom(bytes));
    assertThat(text).hasSize(256);
    for (int i = 0; i < bytes.length; i++) {
      assertThat((int) text.charAt(i)).isEqualTo(i);
    }
  }

  @Test
  void listsKeepTheirOrder() {
    AttrValue.ListValue list =
        AttrValue.ListValue.newBuilder()
            .addI(3)
            .addI(1)
            .addFunc(NameAttrList.newBuilder().setName("f"))
            .addShape(TensorShapeProto.newBuilder().setUnknownRank(true))
            .build();
    assertThat(ProtoAttributes.read(AttrValue.newBuilder().setList(list).build()))
        .isEqualTo(
            new Attribute.Many(
                List.of(
                    new Attribute.Int(3),
                    new Attribute.Int(1),
                    new Attribute.Shape(false, List.of()),
                    new Attribute.Function("f", Map.of()))));
  }

  @Test
  void functionsBringTheirOwnAttributes() {
    NameAttrList inner =
        NameAttrList.newBuilder()
            .setName("g")
            .putAttr("n", AttrValue.newBuilder().setI(2).build())
            .build();
    assertThat(ProtoAttributes.read(AttrValue.newBuilder().setFunc(inner).build()))
        .isEqualTo(new Attribute.Function("g", Map.of("n", new Attribute.Int(2))));
  }

  @Test
  void aShapeIsKnownOpenOrUnknown() {
    assertThat(ProtoAttributes.shape(shape(2, -1)))
        .isEqualTo(new Attribute.Shape(true, List.of(2L, -1L)));
    assertThat(ProtoAttributes.shape(TensorShapeProto.getDefaultInstance()))
        .isEqualTo(new Attribute.Shape(true, List.of()));
    TensorShapeProto unknown = shape(2).toBuilder().setUnknownRank(true).build();
    assertThat(ProtoAttributes.shape(unknown)).isEqualTo(new Attribute.Shape(false, List.of()));
  }

  @Test
  void constantsAreReadFromTheirFieldsByType() {
    values(tensor(DataType.DT_FLOAT).addFloatVal(1.5f).addFloatVal(2), 1.5, 2);
    values(tensor(DataType.DT_DOUBLE).addDoubleVal(1.5).addDoubleVal(2), 1.5, 2);
    values(tensor(DataType.DT_INT32).addIntVal(-1).addIntVal(2), -1, 2);
    values(tensor(DataType.DT_INT64).addInt64Val(-1).addInt64Val(2), -1, 2);
    values(tensor(DataType.DT_INT16).addIntVal(-1).addIntVal(2), -1, 2);
    values(tensor(DataType.DT_INT8).addIntVal(-1).addIntVal(2), -1, 2);
    values(tensor(DataType.DT_UINT8).addIntVal(255).addIntVal(2), 255, 2);
    values(tensor(DataType.DT_BOOL).addBoolVal(true).addBoolVal(false), 1, 0);
    values(tensor(DataType.DT_HALF).addHalfVal(0x3c00).addHalfVal(0xc000), 1, -2);
    values(tensor(DataType.DT_BFLOAT16).addHalfVal(0x3f80).addHalfVal(0xc000), 1, -2);
  }

  @Test
  void rawBytesGoBeforeTypedValues() {
    TensorProto.Builder both =
        tensor(DataType.DT_INT32)
            .addIntVal(9)
            .setTensorContent(ByteString.copyFrom(new byte[] {1, 0, 0, 0, 0, 1, 0, 0}));
    values(both, 1, 256);
  }

  @Test
  void oneValueFillsATensor() {
    values(tensor(DataType.DT_FLOAT).addFloatVal(3), 3, 3);
    values(tensor(DataType.DT_FLOAT), 0, 0);
  }

  @Test
  void whatHasNoNumbersHasNone() {
    TensorValue text =
        ProtoAttributes.tensor(
            tensor(DataType.DT_STRING).addStringVal(ByteString.copyFromUtf8("a")).build());
    assertThat(text.texts()).containsExactly("a");
    TensorValue resource = ProtoAttributes.tensor(tensor(DataType.DT_RESOURCE).build());
    assertThat(resource.isNumber()).isFalse();
    assertThat(resource.texts()).isEmpty();
  }

  @Test
  void contentThatDoesNotFitTheShapeIsRefused() {
    TensorProto.Builder odd =
        tensor(DataType.DT_FLOAT).setTensorContent(ByteString.copyFrom(new byte[7]));
    assertThatThrownBy(() -> ProtoAttributes.tensor(odd.build()))
        .isInstanceOf(IllegalArgumentException.class);
    TensorProto.Builder many = tensor(DataType.DT_INT32).addIntVal(1).addIntVal(2).addIntVal(3);
    assertThatThrownBy(() -> ProtoAttributes.tensor(many.build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("12 bytes do not make a constant of INT32 [2]");
  }

  /** A tensor of two elements. */
  private static TensorProto.Builder tensor(DataType type) {
    return TensorProto.newBuilder().setDtype(type).setTensorShape(shape(2));
  }

  private static TensorShapeProto shape(long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDimBuilder().setSize(size);
    }
    return shape.build();
  }

  private static void values(TensorProto.Builder proto, double first, double second) {
    TensorValue value = ProtoAttributes.tensor(proto.build());
    assertThat(value.at(0)).as(proto.getDtype().name()).isEqualTo(first);
    assertThat(value.at(1)).as(proto.getDtype().name()).isEqualTo(second);
  }
}
