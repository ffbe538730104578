package io.ganglion.spark;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/** Says how many cores this executor has for its tasks together. Stateless. */
final class ExecutorCores {
  private static final Pattern LOCAL = Pattern.compile("local\\[(\\d+|\\*)(?:,.*)?]");

  private ExecutorCores() {}

  /**
   * What Spark was told; if it was not, as on a standalone cluster, the processors that this JVM
   * sees.
   */
  static int of(SparkConf conf) {
    int processors = Runtime.getRuntime().availableProcessors();
    String master = conf.get("spark.master", "");
    if (master.equals("local")) {
      return 1;
    }
    Matcher local = LOCAL.matcher(master);
    if (local.matches()) {
      return local.group(1).equals("*") ? processors : Integer.parseInt(local.group(1));
    }
    return conf.getInt("spark.executor.cores", processors);
  }
}
