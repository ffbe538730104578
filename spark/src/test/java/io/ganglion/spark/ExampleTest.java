package io.ganglion.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.artifact.TestArtifacts;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in examples/spark, compiled as its launcher does, in the Spark of the tests. */
class ExampleTest {
  @TempDir private Path folder;

  @Test
  void theExampleAsksAboutTheDemosPairs() throws Exception {
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                "../examples/spark/ScorePairs.java");
    assertThat(compiled).isZero();
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (URLClassLoader classes = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      Method run =
          classes
              .loadClass("ScorePairs")
              .getDeclaredMethod("run", SparkSession.class, String.class, String.class);
      run.setAccessible(true);
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      run.invoke(null, LocalSpark.SESSION, model.toString(), "../demo-model/pairs.tsv");
    } finally {
      System.setOut(before);
    }
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("predictedLabel")
        .containsPattern("\\d+ of 2000 pairs are labelled rightly");
  }
}
