package io.ganglion.compiler.recognise;

import io.ganglion.compiler.model.BertModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The classifiers found in one source. Outputs with the same last weights, such as probabilities
 * and logits, are one classifier. Not thread-safe.
 */
final class Candidates {
  private final @Nullable String scope;
  private final List<Candidate> all = new ArrayList<>();

  Candidates(@Nullable String scope) {
    this.scope = scope;
  }

  /**
   * One classifier.
   *
   * @param output name of its output in the signature
   * @param scope common prefix of the names of the encoder's weights
   */
  private record Candidate(String output, String scope, Recognised recognised) {
    boolean sameAs(Candidate other) {
      return names(recognised.model()).equals(names(other.recognised.model()));
    }

    boolean hasHead() {
      return !recognised.model().head().isEmpty();
    }

    int layers() {
      return recognised.model().layers().size();
    }

    boolean isCalled(String name) {
      return output.equals(name)
          || recognised.signature().name().equals(name)
          || within("/" + scope + "/", name)
          || names(recognised.model()).stream().allMatch(weight -> within("/" + weight, name));
    }

    private static boolean within(String path, String name) {
      return path.contains("/" + name.replaceAll("^/+|/+$", "") + "/");
    }

    @Override
    public String toString() {
      return (scope.isEmpty() ? recognised.signature().name() : scope) + " (output " + output + ")";
    }
  }

  void add(String output, Recognised recognised) {
    List<String> names = encoderNames(recognised.model());
    Candidate candidate = new Candidate(output, commonScope(names), recognised);
    if (all.stream().noneMatch(candidate::sameAs)) {
      all.add(candidate);
    }
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** The classifier that the user means. */
  Recognised only() {
    List<Candidate> meant =
        scope == null
            ? likeliest()
            : all.stream().filter(candidate -> candidate.isCalled(scope)).toList();
    if (meant.size() == 1) {
      return meant.get(0).recognised;
    }
    String found = all.stream().map(Candidate::toString).collect(Collectors.joining(", "));
    throw new Misfit(
        scope == null
            ? "it holds several classifiers; name the scope of one: " + found
            : (meant.isEmpty() ? "none" : "more than one")
                + " of its classifiers is called "
                + scope
                + "; name one by its scope or its output: "
                + found);
  }

  /** Models with a head, or else the deepest encoders: exporters show the inner layers, too. */
  private List<Candidate> likeliest() {
    List<Candidate> headed = all.stream().filter(Candidate::hasHead).toList();
    int deepest = all.stream().mapToInt(Candidate::layers).max().orElse(0);
    return headed.isEmpty()
        ? all.stream().filter(candidate -> candidate.layers() == deepest).toList()
        : headed;
  }

  private static List<String> encoderNames(BertModel model) {
    List<String> names = new ArrayList<>(List.of(model.words().name()));
    model.layers().forEach(layer -> names.add(layer.query().kernel().name()));
    return names;
  }

  private static List<String> names(BertModel model) {
    List<String> names = encoderNames(model);
    model.head().forEach(layer -> names.add(layer.dense().kernel().name()));
    return names;
  }

  /** The longest path that all names begin with. */
  private static String commonScope(List<String> names) {
    String common = names.get(0);
    for (String name : names) {
      common = com.google.common.base.Strings.commonPrefix(common, name);
    }
    int slash = common.lastIndexOf('/');
    return slash < 0 ? "" : common.substring(0, slash);
  }
}
