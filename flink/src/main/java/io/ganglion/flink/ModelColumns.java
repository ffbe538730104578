package io.ganglion.flink;

import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.flink.GanglionOptions.OnError;
import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a model, checked when a query is planned.
 *
 * @param texts number of INPUT columns, 1 or 2
 * @param output the OUTPUT columns
 */
record ModelColumns(int texts, List<OutputColumn> output) implements Serializable {
  /**
   * Checks a model's columns.
   *
   * @throws ValidationException whose message is one sentence, if they do not suit the task
   */
  static ModelColumns of(ResolvedSchema input, ResolvedSchema output, ModelSettings settings) {
    Task task = settings.task();
    int texts = input.getColumnCount();
    boolean suits =
        switch (task) {
          case CLASSIFY -> texts == 1 || texts == 2;
          case SCORE -> texts == 2;
          case EMBED -> texts == 1;
        };
    if (!suits) {
      throw new ValidationException(
          "the task '%s' takes %s, and INPUT has %d columns."
              .formatted(task.word(), taken(task), texts));
    }
    for (Column column : input.getColumns()) {
      if (!column.getDataType().getLogicalType().is(LogicalTypeFamily.CHARACTER_STRING)) {
        throw new ValidationException(
            "the column '%s' of INPUT is %s and must be STRING."
                .formatted(column.getName(), column.getDataType()));
      }
    }
    List<OutputColumn> columns =
        output.getColumns().stream().map(column -> OutputColumn.of(column, task)).toList();
    if (settings.onError() == OnError.FAIL
        && columns.stream().anyMatch(column -> column.part() == OutputColumn.Part.ERROR)) {
      throw new ValidationException(
          "the column 'error' of OUTPUT stays empty unless 'on-error' is 'null'.");
    }
    return new ModelColumns(texts, List.copyOf(columns));
  }

  private static String taken(Task task) {
    return switch (task) {
      case CLASSIFY -> "one STRING column, or two for pairs";
      case SCORE -> "two STRING columns";
      case EMBED -> "one STRING column";
    };
  }

  boolean needNames() {
    return output.stream().anyMatch(OutputColumn::needsNames);
  }

  RowData row(Classification answer) {
    return row(column -> column.of(answer));
  }

  RowData row(Embedding answer) {
    return row(column -> column.of(answer));
  }

  RowData nulls() {
    return new GenericRowData(output.size());
  }

  RowData refused(@Nullable String reason) {
    return row(column -> column.ofRefusal(reason));
  }

  private RowData row(Function<OutputColumn, @Nullable Object> value) {
    GenericRowData row = new GenericRowData(output.size());
    for (int i = 0; i < output.size(); i++) {
      row.setField(i, value.apply(output.get(i)));
    }
    return row;
  }
}
