package io.ganglion.spark;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The settings of a transformer, and what is wrong with them for the columns of a data set. All
 * complaints are one sentence. Immutable.
 *
 * @param second name of a column; empty if texts are single
 */
record Settings(
    Where where, String text, String second, AnswerColumns<?> columns, RowPlan.Invalid invalid) {

  /**
   * Where the model is: an artifact or an endpoint; the other is empty.
   *
   * @param trustFile empty for none, as the token's
   */
  record Where(
      String artifact,
      int threads,
      String endpoint,
      long deadlineMs,
      boolean tls,
      String trustFile,
      String tokenFile) {
    ModelSource source() {
      if (artifact.isEmpty() == endpoint.isEmpty()) {
        throw new IllegalArgumentException(
            artifact.isEmpty()
                ? "No model is set: set artifact (a model in each executor) or endpoint (servers)."
                : "Both artifact and endpoint are set: set one of them.");
      }
      if (!artifact.isEmpty()) {
        return ModelSource.artifact(artifact).threads(threads);
      }
      EndpointSource servers =
          ModelSource.endpoint(endpoint).deadline(Duration.ofMillis(deadlineMs));
      servers = tls ? servers.tls() : servers;
      servers = trustFile.isEmpty() ? servers : servers.trust(trustFile);
      return tokenFile.isEmpty() ? servers : servers.tokenFile(tokenFile);
    }
  }

  ModelSource source() {
    return where.source();
  }

  /** The columns of the result. */
  StructType schema(StructType schema) {
    source();
    plan(schema);
    StructType result = schema;
    if (columns.fields().isEmpty()) {
      throw new IllegalArgumentException(
          "The names of all columns for answers are empty: set at least one.");
    }
    for (StructField field : columns.fields()) {
      if (field.name().isEmpty()) {
        throw new IllegalArgumentException("The name of the column for answers is empty: set it.");
      }
      if (Arrays.asList(result.fieldNames()).contains(field.name())) {
        throw new IllegalArgumentException(
            "There is a column "
                + field.name()
                + " already: rename it, or set another name for the column of answers.");
      }
      result = result.add(field);
    }
    return result;
  }

  RowPlan<?> plan(StructType schema) {
    int first = index(schema, "textCol", text);
    if (second.isEmpty()) {
      return new RowPlan<>(first, -1, columns, invalid);
    }
    if (columns instanceof EmbedColumns) {
      throw new IllegalArgumentException(
          "A vector is that of one text, and secondTextCol is set to "
              + second
              + ": leave it out, or set another task.");
    }
    return new RowPlan<>(first, index(schema, "secondTextCol", second), columns, invalid);
  }

  private static int index(StructType schema, String param, String column) {
    for (int i = 0; i < schema.fields().length; i++) {
      StructField field = schema.fields()[i];
      if (field.name().equals(column)) {
        if (!field.dataType().equals(DataTypes.StringType)) {
          throw new IllegalArgumentException(
              "The column %s (%s) holds %s, and texts are strings: cast it, or set another column."
                  .formatted(column, param, field.dataType().simpleString()));
        }
        return i;
      }
    }
    throw new IllegalArgumentException(
        "There is no column %s (%s); there are: %s."
            .formatted(
                column,
                param,
                Arrays.stream(schema.fieldNames()).collect(Collectors.joining(", "))));
  }
}
