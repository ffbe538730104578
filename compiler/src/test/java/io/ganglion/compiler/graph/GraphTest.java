package io.ganglion.compiler.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void sortedGivesEachNodeAfterThoseThatItReads(long seed) {
    Random random = new Random(seed);
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      List<String> inputs = new ArrayList<>();
      for (int n = random.nextInt(4); n > 0 && i > 0; n--) {
        inputs.add("n" + random.nextInt(i));
      }
      nodes.add(node("n" + i, inputs.toArray(new String[0])));
    }
    Collections.shuffle(nodes, random);
    List<Node> sorted = Graph.of(nodes).sorted();
    assertThat(sorted).as("seed " + seed).containsExactlyInAnyOrderElementsOf(nodes);
    Set<String> done = new HashSet<>();
    for (Node node : sorted) {
      node.inputs().forEach(input -> assertThat(done).as("seed " + seed).contains(input.node()));
      done.add(node.name());
    }
  }

  @Test
  void nodesThatAreSortedAlreadyKeepTheirOrder() {
    List<Node> nodes = List.of(node("c"), node("a"), node("b", "a"), node("d", "c", "b"));
    assertThat(Graph.of(nodes).sorted()).isEqualTo(nodes);
  }

  @Test
  void aCycleIsNamedAndNotFollowedForEver() {
    Graph graph = Graph.of(List.of(node("a", "c"), node("b", "a"), node("c", "b")));
    assertThatThrownBy(graph::sorted)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has a cycle");
    Graph self = Graph.of(List.of(node("a", "a")));
    assertThatThrownBy(self::sorted).hasMessageContaining("has a cycle at a");
  }

  @Test
  void aDeepGraphIsSortedWithoutRecursion() {
    List<Node> nodes = new ArrayList<>();
    for (int i = 100_000; i > 0; i--) {
      nodes.add(node("n" + i, "n" + (i - 1)));
    }
    nodes.add(node("n0"));
    assertThat(Graph.of(nodes).sorted().get(100_000).name()).isEqualTo("n100000");
  }

  @Test
  void ancestorsAreAllThatANodeNeeds() {
    Graph graph =
        Graph.of(
            List.of(node("a"), node("b", "a"), node("c"), node("d", "b", "b"), node("e", "d")));
    assertThat(graph.ancestors(List.of("d"))).containsExactlyInAnyOrder("a", "b", "d");
    assertThat(graph.ancestors(List.of("c", "b"))).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(graph.ancestors(List.of())).isEmpty();
  }

  @Test
  void ancestorsInACycleAreCountedOnce() {
    Graph graph = Graph.of(List.of(node("a", "b"), node("b", "a")));
    assertThat(graph.ancestors(List.of("a"))).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void readersAreNamedOnceEachInOrder() {
    Graph graph = Graph.of(List.of(node("a"), node("c", "a", "a"), node("b", "a", "c")));
    assertThat(graph.readers().get("a")).containsExactly("c", "b");
    assertThat(graph.readers().get("c")).containsExactly("b");
    assertThat(graph.readers()).doesNotContainKey("b");
  }

  @Test
  void whatIsNotThereIsNamed() {
    Graph graph = Graph.of(List.of(node("a")));
    assertThat(graph.find("b")).isNull();
    assertThatThrownBy(() -> graph.node("b")).hasMessageContaining("has no node b");
    assertThatThrownBy(() -> Graph.of(List.of(node("a"), node("a"))))
        .hasMessageContaining("Two nodes have the name a");
  }

  @Test
  void theNamesOfTensorsAreReadWithAndWithoutAPort() {
    assertThat(TensorRef.parse("a/b")).isEqualTo(TensorRef.of("a/b"));
    assertThat(TensorRef.parse("a/b:2")).isEqualTo(new TensorRef("a/b", 2));
    assertThat(TensorRef.parse("a/b:2")).hasToString("a/b:2");
    for (String bad : List.of("a:", "a:x", "a:9999999999")) {
      assertThatThrownBy(() -> TensorRef.parse(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(bad);
    }
  }

  @Test
  void attributesOfAnotherKindAreAsGoodAsAbsent() {
    Node node =
        new Node(
            "n",
            "Op",
            List.of(),
            List.of(),
            Map.of("a", new Attribute.Int(7), "b", new Attribute.Shape(false, List.of())));
    assertThat(node.integer("a", 1)).isEqualTo(7);
    assertThat(node.flag("a")).isFalse();
    assertThat(node.text("a", "absent")).isEqualTo("absent");
    assertThat(node.type("a")).isNull();
    assertThat(node.constant()).isNull();
    assertThat(node.with("shape", new Attribute.Shape(false, List.of())).shape()).isNull();
    assertThat(node.with("shape", new Attribute.Shape(true, List.of(3L))).shape())
        .containsExactly(3L);
    assertThat(node.named("m").with("a", new Attribute.Int(8)).integer("a", 1)).isEqualTo(8);
    assertThat(node.integer("a", 1)).isEqualTo(7);
  }

  private static Node node(String name, String... inputs) {
    return new Node(
        name, "Op", List.of(inputs).stream().map(TensorRef::of).toList(), List.of(), Map.of());
  }
}
