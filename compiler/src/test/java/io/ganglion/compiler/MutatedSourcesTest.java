package io.ganglion.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ganglion.runtime.artifact.Precision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/** Damaged sources: refused with a sentence, or compiled because the damage does not matter. */
class MutatedSourcesTest {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Path GRAPH = Path.of("saved_model.pb");
  private static final Path INDEX = Path.of("variables", "variables.index");
  private static final Path DATA = Path.of("variables", "variables.data-00000-of-00001");

  @TempDir static Path temp;
  private static Path source;

  @BeforeAll
  static void makeSource() throws CompileException {
    source =
        Samples.write(temp.resolve("source"), Samples.config(Samples.dimensions(1, 64, 2, 64)));
  }

  @Test
  void someMutationsNeverCrashOrPassUnnoticed() throws Exception {
    mutate(1, 25);
  }

  @Test
  @Tag("proof")
  void fiveHundredMutationsNeverCrashOrPassUnnoticed() throws Exception {
    mutate(1000, 500);
  }

  private static void mutate(long firstSeed, int count) throws Exception {
    int refused = 0;
    for (long seed = firstSeed; seed < firstSeed + count; seed++) {
      Path mutant = copy(temp.resolve("mutant-" + seed));
      String change = change(mutant, new SplittableRandom(seed));
      refused += tryToCompile(mutant, "seed " + seed + ": " + change) ? 0 : 1;
      delete(mutant);
    }
    System.out.println(refused + " of " + count + " mutants were refused.");
    assertThat(refused).isGreaterThan(count / 3);
  }

  /** Whether it was compiled. */
  private static boolean tryToCompile(Path mutant, String what) throws IOException {
    Path output = temp.resolve("output");
    long start = System.nanoTime();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    int code;
    try {
      code =
          CompilerMain.run(
              "compile",
              "--saved-model",
              mutant.toString(),
              "--output",
              output.toString(),
              "--precision",
              Precision.FP32.toString());
    } finally {
      System.setErr(before);
    }
    String said = errors.toString(StandardCharsets.UTF_8);
    System.out.println(what + " -> " + code + " " + said.lines().reduce((a, b) -> b).orElse(""));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).as(what).isLessThan(LONGEST);
    assertThat(code).as(what + said).isIn(0, 1);
    assertThat(said).as(what).doesNotContain("fault of the compiler");
    assertThat(Files.exists(output)).as(what).isEqualTo(code == 0);
    if (code == 0) {
      delete(output);
    } else {
      assertThat(said.lines().filter(line -> line.startsWith("error: "))).as(what).hasSize(1);
    }
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files.filter(file -> file.toString().contains(".tmp-"))).as(what).isEmpty();
    }
    return code == 0;
  }

  private static String change(Path model, SplittableRandom random) throws IOException {
    return switch (random.nextInt(10)) {
      case 0 -> flip(model.resolve(GRAPH), random);
      case 1 -> flip(model.resolve(INDEX), random);
      case 2 -> flip(model.resolve(DATA), random);
      case 3 -> cut(model.resolve(List.of(GRAPH, INDEX, DATA).get(random.nextInt(3))), random);
      default -> changeGraph(model.resolve(GRAPH), random);
    };
  }

  private static String flip(Path file, SplittableRandom random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int flips = 1 + random.nextInt(4);
    for (int i = 0; i < flips; i++) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    Files.write(file, bytes);
    return flips + " bits flipped in " + file.getFileName();
  }

  private static String cut(Path file, SplittableRandom random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = random.nextInt(bytes.length);
    Files.write(file, java.util.Arrays.copyOf(bytes, length));
    return file.getFileName() + " cut to " + length + " bytes";
  }

  private static String changeGraph(Path file, SplittableRandom random) throws IOException {
    SavedModel.Builder model = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
    GraphDef.Builder graph = model.getMetaGraphsBuilder(0).getGraphDefBuilder();
    List<Integer> candidates = new ArrayList<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      String name = graph.getNode(i).getName();
      boolean forward = name.startsWith("bert/") || name.startsWith("loss/");
      if (forward && !name.contains("Initializer")) {
        candidates.add(i);
      }
    }
    int at = candidates.get(random.nextInt(candidates.size()));
    NodeDef.Builder node = graph.getNodeBuilder(at);
    String name = node.getName();
    String done =
        switch (random.nextInt(7)) {
          case 0 -> {
            graph.removeNode(at);
            yield "dropped";
          }
          case 1 -> {
            node.setName(name + "_renamed");
            yield "renamed";
          }
          case 2 -> {
            String[] ops = {"Add", "Mul", "Sub", "Tanh", "Relu", "Identity", "MatMul", "Softmax"};
            node.setOp(ops[random.nextInt(ops.length)]);
            yield "made a " + node.getOp();
          }
          case 3 -> cycle(graph, node, candidates, random);
          case 4 -> swapInputs(node, random);
          case 5 -> retype(node, random);
          default -> resize(node, random);
        };
    Files.write(file, model.build().toByteArray());
    return name + " " + done;
  }

  private static String cycle(
      GraphDef.Builder graph,
      NodeDef.Builder node,
      List<Integer> candidates,
      SplittableRandom random) {
    if (node.getInputCount() == 0) {
      return "left alone";
    }
    NodeDef other = graph.getNode(candidates.get(random.nextInt(candidates.size())));
    node.setInput(random.nextInt(node.getInputCount()), other.getName());
    return "made to read " + other.getName();
  }

  private static String swapInputs(NodeDef.Builder node, SplittableRandom random) {
    if (node.getInputCount() < 2) {
      node.addInput("input_ids_1");
      return "given another input";
    }
    int at = random.nextInt(node.getInputCount() - 1);
    String first = node.getInput(at);
    node.setInput(at, node.getInput(at + 1));
    node.setInput(at + 1, first);
    return "with two inputs swapped";
  }

  private static String retype(NodeDef.Builder node, SplittableRandom random) {
    for (String attribute : node.getAttrMap().keySet().stream().sorted().toList()) {
      if (node.getAttrOrThrow(attribute).getTypeValue() != 0) {
        int type = 1 + random.nextInt(23);
        node.putAttr(
            attribute, node.getAttrOrThrow(attribute).toBuilder().setTypeValue(type).build());
        return "with " + attribute + " of type " + type;
      }
    }
    return "left alone";
  }

  private static String resize(NodeDef.Builder node, SplittableRandom random) {
    for (String attribute : List.of("value", "shape")) {
      if (node.containsAttr(attribute)) {
        var value = node.getAttrOrThrow(attribute).toBuilder();
        var shape =
            attribute.equals("shape")
                ? value.getShapeBuilder()
                : value.getTensorBuilder().getTensorShapeBuilder();
        long size = new long[] {0, -7, 3, 1L << 40, Long.MAX_VALUE}[random.nextInt(5)];
        if (shape.getDimCount() == 0) {
          shape.addDimBuilder().setSize(size);
        } else {
          shape.getDimBuilder(0).setSize(size);
        }
        if (attribute.equals("value") && random.nextBoolean()) {
          value.getTensorBuilder().setTensorContent(ByteString.copyFrom(new byte[] {1, 2, 3, 4}));
        }
        node.putAttr(attribute, value.build());
        return "with " + attribute + " resized to " + size;
      }
    }
    return "left alone";
  }

  private static Path copy(Path to) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(source.relativize(file).toString()));
      }
    }
    return to;
  }

  private static void delete(Path directory) throws IOException {
    com.google.common.io.MoreFiles.deleteRecursively(
        directory, com.google.common.io.RecursiveDeleteOption.ALLOW_INSECURE);
  }
}
