package io.ganglion.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A program as a user's, run by {@link BundledJarTest} with Spark's jars and the bundled one alone.
 * Arguments: master, artifact, file for the answers, endpoint or nothing, file that says that an
 * executor has been ended or nothing.
 */
public final class BundledJob {
  private BundledJob() {}

  public static void main(String[] args) throws Exception {
    try (SparkSession spark =
        SparkSession.builder()
            .master(args[0])
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()) {
      Dataset<Row> pairs = pairs(spark);
      if (!args[4].isEmpty()) {
        pairs =
            pairs.mapPartitions(endingOneExecutor(Path.of(args[4])), Encoders.row(pairs.schema()));
      }
      GanglionTransformer model =
          new GanglionTransformer().setArtifact(args[1]).setTextCol("a").setSecondTextCol("b");
      StringBuilder answers = new StringBuilder();
      for (Row row : model.transform(pairs).collectAsList()) {
        answers.append(row).append('\n');
      }
      Files.writeString(Path.of(args[2]), answers);
      if (!args[3].isEmpty()) {
        List<Row> remote =
            model.setArtifact("").setEndpoint(args[3]).transform(pairs).collectAsList();
        System.out.println("remote answers: " + remote.size());
      }
    }
  }

  private static Dataset<Row> pairs(SparkSession spark) {
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("a", DataTypes.StringType)
            .add("b", DataTypes.StringType);
    List<Row> rows =
        IntStream.range(0, 600)
            .mapToObj(i -> RowFactory.create(i, "the cat" + " sat".repeat(i % 7), "a dog"))
            .toList();
    return spark
        .createDataFrame(rows, schema)
        .repartitionByRange(4, new org.apache.spark.sql.Column("id"))
        .sortWithinPartitions("id");
  }

  /** The first executor that comes to the last partition dies in its middle. */
  private static MapPartitionsFunction<Row, Row> endingOneExecutor(Path ended) {
    String file = ended.toString();
    return rows -> {
      if (TaskContext.getPartitionId() == 3 && Files.notExists(Path.of(file))) {
        Files.createFile(Path.of(file));
        Runtime.getRuntime().halt(7);
      }
      return rows;
    };
  }
}
