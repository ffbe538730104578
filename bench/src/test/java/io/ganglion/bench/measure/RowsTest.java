package io.ganglion.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.bench.model.Models;
import io.ganglion.bench.report.Agreement;
import io.ganglion.bench.report.RowNames;
import io.ganglion.bench.report.ScalingRow;
import io.ganglion.bench.workload.Pairs;
import io.ganglion.bench.workload.Workload;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RowsTest {
  private static final int PAIRS = 24;

  private final TestArtifacts model = TestArtifacts.tiny();
  private final List<TokenSequence> inputs = model.inputs(PAIRS);
  private final Workload workload =
      new Workload(Collections.nCopies(PAIRS, new Pairs.Pair("a", "b")), inputs);

  @TempDir private Path directory;
  private Models models;

  @BeforeEach
  void makeTheModels() throws Exception {
    Path source = Files.createDirectories(directory.resolve("source"));
    Files.writeString(source.resolve("saved_model.pb"), "not a graph");
    models = Models.of(source, directory.resolve("work"), progress -> {});
    model.write(directory.resolve("work/fp32"));
    TestArtifacts.tiny().precision(Precision.BF16).write(directory.resolve("work/bf16"));
  }

  @Test
  void rowsOfARatioRunOneAfterTheOther() {
    List<String> names = new ArrayList<>(rows().all().keySet());

    assertThat(names).doesNotHaveDuplicates();
    assertNeighbours(names, RowNames.TENSORFLOW, RowNames.PYTORCH_BF16);
    assertNeighbours(names, RowNames.PYTORCH_BF16, RowNames.OUR_BF16);
    assertNeighbours(names, RowNames.OUR_BF16, RowNames.GRPC_BF16);
    assertNeighbours(names, RowNames.ORT_INT8_LONGEST, RowNames.OUR_INT8);
    assertNeighbours(names, RowNames.GRPC_INT8, RowNames.ROOFLINE_INT8);
  }

  @Test
  void systemsOnTheSameWeightsGiveTheSameAnswers() throws Exception {
    Answers expected = answers(RowNames.OUR_FP32);

    for (String name : List.of(RowNames.ORT_FP32_LONGEST, RowNames.ORT_FP32_PADDED)) {
      Agreement agreement = Agreement.of(expected, answers(name));
      assertThat(agreement.pairs()).as(name).isEqualTo(PAIRS);
      assertThat(agreement.maxDifference()).as(name).isLessThan(1e-3);
    }
    for (String name : List.of(RowNames.PYTORCH_BF16, RowNames.OUR_BF16)) {
      assertThat(Agreement.of(expected, answers(name)).maxDifference()).as(name).isLessThan(0.05);
    }
  }

  @Test
  void aRooflineRunsTheBatchesOfItsCoreAndAnswersNothing() throws Exception {
    Rows rows = rows();
    try (Contender core = open(rows, RowNames.OUR_BF16);
        Contender roofline = open(rows, RowNames.ROOFLINE_BF16)) {
      assertThat(roofline.setting()).isEqualTo(core.setting());
      assertThat(roofline.measure(0)).isPositive();
      for (int pair = 0; pair < PAIRS; pair++) {
        assertThat(roofline.answers().get(pair)).isNull();
      }
    }
  }

  @Test
  void scalingHasARowForEveryNumberOfCoresAndOneForTheDefault() throws Exception {
    ScalingRows scaling = new ScalingRows(models, model.manifest(), workload, 3);

    assertThat(scaling.of(Precision.BF16).keySet())
        .containsExactly(
            ScalingRow.inProcess(Precision.BF16, 1),
            ScalingRow.inProcess(Precision.BF16, 2),
            ScalingRow.inProcess(Precision.BF16, 3),
            ScalingRow.served(Precision.BF16, 1),
            ScalingRow.served(Precision.BF16, 2),
            ScalingRow.served(Precision.BF16, 3),
            ScalingRow.servedByDefault(Precision.BF16));
  }

  @Test
  void aScalingRowInProcessRunsTheArtifactsOwnBatches() throws Exception {
    Rows.Opener opener =
        new ScalingRows(models, model.manifest(), workload, 2)
            .of(Precision.FP32)
            .get(ScalingRow.inProcess(Precision.FP32, 2));
    assertThat(opener).isNotNull();
    try (Contender row = opener.open()) {
      assertThat(row.setting()).startsWith("batches of " + model.manifest().batchSize() + ",");
      assertThat(row.measure(0.01)).isPositive();
    }
  }

  private Rows rows() {
    return new Rows(models, model.manifest(), workload, 2, 0);
  }

  private static Contender open(Rows rows, String name) throws Exception {
    Rows.Opener opener = rows.all().get(name);
    assertThat(opener).as(name).isNotNull();
    return opener.open();
  }

  /** After so many batches that every pair was in one. */
  private Answers answers(String name) throws Exception {
    try (Contender row = open(rows(), name)) {
      for (int i = 0; i < PAIRS; i++) {
        row.measure(0);
      }
      return row.answers();
    }
  }

  private static void assertNeighbours(List<String> names, String first, String second) {
    assertThat(names.indexOf(second)).as(second).isEqualTo(names.indexOf(first) + 1);
  }
}
