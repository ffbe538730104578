package io.ganglion.flink;

import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.MapType;
import org.jspecify.annotations.Nullable;

/**
 * A column of a model's OUTPUT: which part of an answer it holds, and in which type.
 *
 * @param part of the answer, known by the column's name
 * @param shape how it is written
 */
record OutputColumn(Part part, Shape shape) implements Serializable {
  /** Parts of answers; a column has the name of one. */
  enum Part {
    LABEL("label", Task.CLASSIFY, Shape.TEXT),
    PROBABILITY("probability", Task.CLASSIFY, Shape.FLOAT, Shape.DOUBLE),
    SCORES(
        "scores",
        Task.CLASSIFY,
        Shape.FLOATS,
        Shape.DOUBLES,
        Shape.FLOAT_BY_TEXT,
        Shape.DOUBLE_BY_TEXT),
    SCORE("score", Task.SCORE, Shape.FLOAT, Shape.DOUBLE),
    EMBEDDING("embedding", Task.EMBED, Shape.FLOATS, Shape.DOUBLES),
    /** Why there is no answer. */
    ERROR("error", null, Shape.TEXT);

    private final String column;
    private final @Nullable Task task;

    @SuppressWarnings("ImmutableEnumChecker") // it is an unmodifiable list
    private final List<Shape> shapes;

    Part(String column, @Nullable Task task, Shape... shapes) {
      this.column = column;
      this.task = task;
      this.shapes = List.of(shapes);
    }

    boolean isOf(Task task) {
      return this.task == null || this.task == task;
    }
  }

  /** Types of columns. */
  enum Shape {
    TEXT("STRING"),
    FLOAT("FLOAT"),
    DOUBLE("DOUBLE"),
    FLOATS("ARRAY<FLOAT>"),
    DOUBLES("ARRAY<DOUBLE>"),
    FLOAT_BY_TEXT("MAP<STRING, FLOAT>"),
    DOUBLE_BY_TEXT("MAP<STRING, DOUBLE>");

    private final String sql;

    Shape(String sql) {
      this.sql = sql;
    }

    private static @Nullable Shape of(LogicalType type) {
      if (type.is(LogicalTypeFamily.CHARACTER_STRING)) {
        return TEXT;
      }
      if (type instanceof ArrayType array) {
        return number(array.getElementType(), FLOATS, DOUBLES);
      }
      if (type instanceof MapType map && map.getKeyType().is(LogicalTypeFamily.CHARACTER_STRING)) {
        return number(map.getValueType(), FLOAT_BY_TEXT, DOUBLE_BY_TEXT);
      }
      return number(type, FLOAT, DOUBLE);
    }

    private static @Nullable Shape number(LogicalType type, Shape asFloat, Shape asDouble) {
      return type.is(LogicalTypeRoot.FLOAT)
          ? asFloat
          : type.is(LogicalTypeRoot.DOUBLE) ? asDouble : null;
    }

    private Object of(float value) {
      return this == FLOAT || this == FLOAT_BY_TEXT ? (Object) value : (Object) (double) value;
    }

    private GenericArrayData of(float[] values) {
      if (this == FLOATS) {
        return new GenericArrayData(values);
      }
      double[] doubles = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        doubles[i] = values[i];
      }
      return new GenericArrayData(doubles);
    }
  }

  /**
   * Finds out what a column holds.
   *
   * @throws ValidationException if the task has no such part, or not in this type
   */
  static OutputColumn of(Column column, Task task) {
    Part part =
        Arrays.stream(Part.values())
            .filter(known -> known.isOf(task) && known.column.equals(column.getName()))
            .findFirst()
            .orElseThrow(
                () ->
                    new ValidationException(
                        "the task '%s' gives no column '%s': OUTPUT may have %s."
                            .formatted(task.word(), column.getName(), columns(task))));
    LogicalType type = column.getDataType().getLogicalType();
    Shape shape = Shape.of(type);
    if (shape == null || !part.shapes.contains(shape)) {
      throw new ValidationException(
          "the column '%s' of OUTPUT is %s and must be %s."
              .formatted(
                  column.getName(),
                  type.asSummaryString(),
                  part.shapes.stream().map(one -> one.sql).collect(Collectors.joining(" or "))));
    }
    if (!type.isNullable()) {
      throw new ValidationException(
          "the column '%s' of OUTPUT must not be NOT NULL: the answer to NULL is NULL."
              .formatted(column.getName()));
    }
    return new OutputColumn(part, shape);
  }

  private static String columns(Task task) {
    return Arrays.stream(Part.values())
        .filter(part -> part.isOf(task))
        .map(part -> part.column)
        .collect(Collectors.joining(", "));
  }

  /** Whether the answer must name its labels. */
  boolean needsNames() {
    return shape == Shape.FLOAT_BY_TEXT || shape == Shape.DOUBLE_BY_TEXT;
  }

  /** The value of this column. */
  @Nullable Object of(Classification answer) {
    return switch (part) {
      case LABEL -> StringData.fromString(answer.label());
      case PROBABILITY, SCORE -> shape.of(answer.probability());
      case SCORES -> scores(answer);
      case EMBEDDING, ERROR -> null;
    };
  }

  private Object scores(Classification answer) {
    if (!needsNames()) {
      List<Float> values = answer.probabilities();
      float[] array = new float[values.size()];
      for (int i = 0; i < array.length; i++) {
        array[i] = values.get(i);
      }
      return shape.of(array);
    }
    Map<StringData, Object> named = new HashMap<>();
    answer
        .scores()
        .forEach(one -> named.put(StringData.fromString(one.label()), shape.of(one.score())));
    return new GenericMapData(named);
  }

  /** The value of this column. */
  @Nullable Object of(Embedding answer) {
    return part == Part.EMBEDDING ? shape.of(answer.values()) : null;
  }

  /** The value of this column for a text that was refused. */
  @Nullable Object ofRefusal(@Nullable String reason) {
    return part == Part.ERROR ? StringData.fromString(reason) : null;
  }
}
