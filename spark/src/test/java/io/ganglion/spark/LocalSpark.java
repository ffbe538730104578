package io.ganglion.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Spark in this JVM, once for all tests: two task slots, four attempts of a task. */
final class LocalSpark {
  /** What stands below {@code viewfs://ganglion/models} for Spark. */
  static final Path MODELS = folder();

  static final SparkSession SESSION =
      SparkSession.builder()
          .master("local[2,4]")
          .config("spark.ui.enabled", "false")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.sql.shuffle.partitions", "2")
          .config("spark.sql.warehouse.dir", MODELS.resolve("warehouse").toUri().toString())
          .config(
              "spark.hadoop.fs.viewfs.mounttable.ganglion.link./models", MODELS.toUri().toString())
          .getOrCreate();

  private static final List<String> WORDS =
      List.of("the", "cat", "dog", "sat", "ran", "mat", "red", "big");

  private LocalSpark() {}

  private static Path folder() {
    try {
      return Files.createTempDirectory("ganglion-spark");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static String textA(int i) {
    return "a " + WORDS.get(i % 8) + " " + WORDS.get(i / 8 % 8) + " dog".repeat(i % 9);
  }

  static String textB(int i) {
    return "the " + WORDS.get(i / 5 % 8) + " sat" + " on a mat".repeat(i % 4);
  }

  /** Rows of an id and two texts, the ids in their order, in so many partitions. */
  static Dataset<Row> pairs(int rows, int partitions) {
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("a", DataTypes.StringType)
            .add("b", DataTypes.StringType);
    return SESSION
        .createDataFrame(
            IntStream.range(0, rows)
                .mapToObj(i -> RowFactory.create(i, textA(i), textB(i)))
                .toList(),
            schema)
        .repartitionByRange(partitions, org.apache.spark.sql.functions.col("id"))
        .sortWithinPartitions("id");
  }
}
