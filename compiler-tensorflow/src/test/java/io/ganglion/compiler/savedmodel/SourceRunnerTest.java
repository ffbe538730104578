package io.ganglion.compiler.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.TensorRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Models in TensorFlow's own process, and what is said when it dies. */
class SourceRunnerTest {
  private static final TensorRef INPUT = TensorRef.of("input");
  private static final TensorRef OUTPUT = TensorRef.of("output");
  private static final TensorRef BACK = TensorRef.of("back");

  @TempDir Path temp;
  private Path model;

  @BeforeEach
  void write() throws Exception {
    model = temp.resolve("negative.pb");
    Files.write(model, negative().build().toByteArray());
  }

  private static GraphDef.Builder negative() {
    AttrValue type = AttrValue.newBuilder().setType(DataType.DT_FLOAT).build();
    return GraphDef.newBuilder()
        .addNode(NodeDef.newBuilder().setName("input").setOp("Placeholder").putAttr("dtype", type))
        .addNode(
            NodeDef.newBuilder()
                .setName("output")
                .setOp("Neg")
                .addInput("input")
                .putAttr("T", type))
        .addNode(
            NodeDef.newBuilder()
                .setName("back")
                .setOp("Neg")
                .addInput("output")
                .putAttr("T", type));
  }

  private static Map<TensorRef, SourceRunner.Feed> feed(int... values) {
    return Map.of(
        INPUT, new SourceRunner.Feed(ElementType.FLOAT, new long[] {values.length}, values));
  }

  @Test
  void severalModelsAnswerBesideEachOther() throws Exception {
    try (SourceRunner first = SourceRunner.open(model, List.of());
        SourceRunner second = SourceRunner.open(model, List.of())) {
      assertThat(second.run(feed(1, -2), OUTPUT)).containsExactly(-1, 2);
      assertThat(first.run(feed(3), List.of(OUTPUT, BACK)))
          .satisfiesExactly(
              values -> assertThat(values).containsExactly(-3),
              values -> assertThat(values).containsExactly(3));
    }
  }

  @ParameterizedTest
  @CsvSource({"KILL, signal 9", "SEGV, signal 11", "TERM, signal 15"})
  void theDeathOfTheProcessIsNamedAndTheNextModelRuns(String signal, String told) throws Exception {
    try (SourceRunner runner = SourceRunner.open(model, List.of())) {
      long pid = TensorFlowChild.running().pid();
      new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start().waitFor();
      ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
      assertThatThrownBy(() -> runner.run(feed(1), OUTPUT))
          .isInstanceOf(CompileException.class)
          .hasMessageContaining("TensorFlow died while it ran the model " + model)
          .hasMessageContaining(told);
    }
    try (SourceRunner runner = SourceRunner.open(model, List.of())) {
      assertThat(runner.run(feed(1), OUTPUT)).containsExactly(-1);
    }
  }

  @Test
  void theLongestChainThatIsLetThroughRuns() throws Exception {
    AttrValue type = AttrValue.newBuilder().setType(DataType.DT_FLOAT).build();
    GraphDef.Builder graph = negative();
    String last = "back";
    for (int i = 3; i < ChainLimit.MAX_LENGTH; i++) {
      graph.addNode(
          NodeDef.newBuilder()
              .setName("n" + i)
              .setOp("Identity")
              .addInput(last)
              .putAttr("T", type));
      last = "n" + i;
    }
    Path chain = Files.write(temp.resolve("chain.pb"), graph.build().toByteArray());
    assertThat(SavedModelReader.read(chain).graph().size()).isEqualTo(ChainLimit.MAX_LENGTH);
    try (SourceRunner runner = SourceRunner.open(chain, List.of())) {
      assertThat(runner.run(feed(5), TensorRef.of(last))).containsExactly(5);
    }
  }

  @Test
  void whatTensorFlowRefusesIsItsSentence() throws Exception {
    Path bad = temp.resolve("bad.pb");
    Files.write(
        bad,
        negative()
            .addNode(NodeDef.newBuilder().setName("x").setOp("NoSuchOp"))
            .build()
            .toByteArray());
    assertThatThrownBy(() -> SourceRunner.open(bad, List.of()))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("TensorFlow cannot load the model " + bad)
        .hasMessageContaining("NoSuchOp");
    try (SourceRunner runner = SourceRunner.open(model, List.of())) {
      assertThatThrownBy(() -> runner.run(feed(1), TensorRef.of("nowhere")))
          .isInstanceOf(CompileException.class)
          .hasMessageContaining("TensorFlow cannot run the source model");
      assertThat(runner.run(feed(1), OUTPUT)).containsExactly(-1);
    }
  }

  @Test
  void exitCodesAreTold() {
    assertThat(ProcessDeath.of(139)).contains("signal 11", "memory");
    assertThat(ProcessDeath.of(134)).contains("signal 6");
    assertThat(ProcessDeath.of(137)).contains("signal 9", "too little memory");
    assertThat(ProcessDeath.of(135)).contains("signal 7", "shorter");
    assertThat(ProcessDeath.of(132)).contains("signal 4");
    assertThat(ProcessDeath.of(136)).contains("signal 8");
    assertThat(ProcessDeath.of(143)).contains("signal 15");
    assertThat(ProcessDeath.of(130)).isEqualTo("signal 2.");
    assertThat(ProcessDeath.of(3)).contains("heap");
    assertThat(ProcessDeath.of(1)).contains("exit code 1");
  }
}
