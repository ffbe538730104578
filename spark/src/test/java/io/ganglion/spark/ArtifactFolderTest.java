package io.ganglion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.runtime.artifact.TestArtifacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where executors find artifacts, with a file system of Hadoop that is not the local one. */
class ArtifactFolderTest {
  @TempDir private Path folder;

  @BeforeAll
  static void spark() {
    assertThat(LocalSpark.SESSION.version()).isNotEmpty();
  }

  @Test
  void whatLiesInAnotherFileSystemIsCopiedOnceAndAnswers() throws Exception {
    Path there = TestArtifacts.tiny().write(LocalSpark.MODELS.resolve("there"));
    String uri = "viewfs://ganglion/models/there";
    Path copy = ArtifactFolder.of(uri);
    assertThat(copy).isNotEqualTo(there).isEqualTo(ArtifactFolder.of(uri));
    try (var files = Files.list(copy)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("manifest.json")
          .noneMatch(name -> name.endsWith(".crc"));
    }
    List<Row> rows = Ganglion.classify(LocalSpark.pairs(5, 1), uri, "a", "b").collectAsList();
    assertThat(rows).hasSize(5);
    assertThatThrownBy(() -> ArtifactFolder.of("viewfs://ganglion/models/nowhere"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("There is no artifact at viewfs://ganglion/models/nowhere");
  }

  @Test
  void whatWasGivenToSparkIsFoundByItsName() throws Exception {
    Path given = TestArtifacts.tiny().write(folder.resolve("given-model"));
    LocalSpark.SESSION.sparkContext().addFile(given.toString(), true);
    assertThat(Ganglion.classify(LocalSpark.pairs(5, 1), "given-model", "a", "b").collectAsList())
        .hasSize(5);
    assertThat(ArtifactFolder.of("given-model")).isNotEqualTo(given);
  }

  @Test
  void localPathsAreTakenAsTheyAre() throws Exception {
    assertThat(ArtifactFolder.of("/nowhere/model")).isEqualTo(Path.of("/nowhere/model"));
    assertThat(ArtifactFolder.of("file:///nowhere/model")).isEqualTo(Path.of("/nowhere/model"));
    assertThat(ArtifactFolder.of("src")).isEqualTo(Path.of("src").toAbsolutePath());
  }

  @Test
  void anExecutorHasTheCoresThatSparkWasTold() {
    int processors = Runtime.getRuntime().availableProcessors();
    assertThat(cores("local")).isEqualTo(1);
    assertThat(cores("local[3]")).isEqualTo(3);
    assertThat(cores("local[*,4]")).isEqualTo(processors);
    assertThat(cores("k8s://https://host")).isEqualTo(processors);
    assertThat(ExecutorCores.of(conf("yarn").set("spark.executor.cores", "5"))).isEqualTo(5);
  }

  private static SparkConf conf(String master) {
    return new SparkConf(false).set("spark.master", master);
  }

  private static int cores(String master) {
    return ExecutorCores.of(conf(master));
  }
}
