import io.ganglion.spark.GanglionTransformer;
import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Asks a model about a file of pairs in Spark's local mode: ScorePairs MODEL PAIRS.tsv */
public final class ScorePairs {
  private ScorePairs() {}

  public static void main(String[] args) throws IOException {
    try (SparkSession spark =
        SparkSession.builder()
            .appName("score-pairs")
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      run(spark, args[0], args[1]);
    }
  }

  static void run(SparkSession spark, String model, String file) {
    Dataset<Row> pairs =
        spark.read().option("header", "true").option("sep", "\t").option("quote", "").csv(file);
    Dataset<Row> answered =
        new GanglionTransformer()
            .setArtifact(model)
            .setTextCol("#1 String")
            .setSecondTextCol("#2 String")
            .transform(pairs)
            .cache();
    answered
        .select("#1 String", "#2 String", "predictedLabel", "probability")
        .show(5, 60);
    long right = answered.filter(functions.expr("cast(Quality as double) = prediction")).count();
    System.out.printf("%d of %d pairs are labelled rightly%n", right, answered.count());
  }
}
