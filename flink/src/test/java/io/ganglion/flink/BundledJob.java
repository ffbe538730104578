package io.ganglion.flink;

import java.util.List;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;

/**
 * A program as a user's, run by {@link BundledJarTest} with Flink's jars. Arguments: the artifact,
 * a server, and the bundled jar if it is to be added by SQL.
 */
public final class BundledJob {
  private BundledJob() {}

  public static void main(String[] args) {
    // Each job has a class loader of its own for jars that were added.
    System.out.println("first " + answers("artifact", args[0], args[2]));
    System.out.println("second " + answers("artifact", args[0], args[2]));
    System.out.println("server " + answers("endpoint", args[1], args[2]));
  }

  private static List<Row> answers(String where, String place, String jar) {
    TableEnvironment sql =
        TableEnvironment.create(EnvironmentSettings.newInstance().inStreamingMode().build());
    if (!jar.isEmpty()) {
      sql.executeSql("ADD JAR '" + jar + "'");
    }
    sql.executeSql(
        "CREATE TEMPORARY VIEW texts AS"
            + " SELECT * FROM (VALUES ('the cat', 'a dog'), ('the mat', 'a house')) AS t (a, b)");
    sql.executeSql(
        "CREATE TEMPORARY MODEL m INPUT (a STRING, b STRING)"
            + " OUTPUT (label STRING, probability FLOAT)"
            + " WITH ('provider' = 'ganglion', 'task' = 'classify', '"
            + where
            + "' = '"
            + place
            + "')");
    return CollectionUtil.iteratorToList(
        sql.executeSql("SELECT * FROM ML_PREDICT(TABLE texts, MODEL m, DESCRIPTOR(a, b))")
            .collect());
  }
}
