package io.ganglion.compiler.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Builds small graphs whose shapes are asked. */
abstract class ShapesFixture {
  final GraphBuilder builder = new GraphBuilder();
  int constants;

  Graph single(TensorRef unused) {
    assertThat(unused.node()).isEqualTo("c0");
    return builder.build();
  }

  long[] shape(TensorRef tensor) {
    return Shapes.of(builder.build(), 1).shape(tensor);
  }

  TensorRef input(String name, long... sizes) {
    return builder.op(
        name,
        "Placeholder",
        Map.of("shape", new Attribute.Shape(true, Arrays.stream(sizes).boxed().toList())));
  }

  TensorRef number(int value) {
    return builder.constant("c" + constants++, TensorValue.scalar(value));
  }

  TensorRef vector(long... values) {
    int[] ints = LongStream.of(values).mapToInt(Math::toIntExact).toArray();
    return builder.constant("c" + constants++, TensorValue.vector(ints));
  }

  TensorRef strided(
      String name,
      TensorRef x,
      TensorRef begin,
      TensorRef end,
      TensorRef stride,
      int beginMask,
      int endMask,
      int shrinkMask) {
    return builder.op(
        name,
        "StridedSlice",
        GraphBuilder.attributes(
            "begin_mask", new Attribute.Int(beginMask),
            "end_mask", new Attribute.Int(endMask),
            "shrink_axis_mask", new Attribute.Int(shrinkMask)),
        x,
        begin,
        end,
        stride);
  }

  static Map<String, Attribute> dims(long... axes) {
    return Map.of(
        "squeeze_dims",
        new Attribute.Many(
            Arrays.stream(axes).mapToObj(axis -> (Attribute) new Attribute.Int(axis)).toList()));
  }

  static java.nio.ByteBuffer bytes(long value) {
    return java.nio.ByteBuffer.allocate(8)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putLong(value)
        .flip();
  }

  static long[] longs(String text) {
    return text.isBlank()
        ? new long[0]
        : Arrays.stream(text.strip().split(" +")).mapToLong(Long::parseLong).toArray();
  }
}
