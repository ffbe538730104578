package io.ganglion.examples.flink;

import java.nio.file.Path;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/**
 * Classifies a file of pairs by Flink SQL on a cluster in this JVM, and counts how often the model
 * is right: {@code FlinkPairs MODEL PAIRS.tsv}. The statements are those of Flink's SQL client.
 */
public final class FlinkPairs {
  private FlinkPairs() {}

  /**
   * Prints some answers, and how many are right.
   *
   * @param args the model and the pairs, in the form of the MRPC
   */
  public static void main(String[] args) {
    if (args.length != 2) {
      System.err.println("Usage: FlinkPairs MODEL PAIRS.tsv");
      System.exit(2);
    }
    TableEnvironment sql =
        TableEnvironment.create(EnvironmentSettings.newInstance().inBatchMode().build());
    // Batches are made of what is in flight together; Flink's default is 10.
    sql.getConfig().set("table.exec.async-ml-predict.max-concurrent-operations", "512");
    sql.executeSql(
        """
        CREATE TABLE pairs (quality INT, id_a BIGINT, id_b BIGINT, a STRING, b STRING)
        WITH ('connector' = 'filesystem', 'path' = '%s', 'format' = 'csv',
          'csv.field-delimiter' = '\\t', 'csv.disable-quote-character' = 'true',
          'csv.ignore-parse-errors' = 'true')
        """
            .formatted(Path.of(args[1]).toUri()));
    sql.executeSql(
        """
        CREATE MODEL paraphrase
        INPUT (a STRING, b STRING)
        OUTPUT (label STRING, probability FLOAT)
        WITH ('provider' = 'ganglion', 'task' = 'classify', 'artifact' = '%s')
        """
            .formatted(args[0]));
    sql.executeSql(
        """
        CREATE VIEW answers AS SELECT quality, a, b, label, probability
        FROM ML_PREDICT(TABLE pairs, MODEL paraphrase, DESCRIPTOR(a, b))
        WHERE quality IS NOT NULL -- which the header has not
        """);
    sql.executeSql("SELECT label, probability, a, b FROM answers LIMIT 5").print();
    sql.executeSql(
            """
            SELECT quality, label, COUNT(*) AS pairs
            FROM answers GROUP BY quality, label ORDER BY quality, label
            """)
        .print();
  }
}
