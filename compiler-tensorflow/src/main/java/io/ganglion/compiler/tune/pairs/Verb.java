package io.ganglion.compiler.tune.pairs;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.Immutable;
import java.util.List;

/** The three forms of a verb: buy, bought, bought. */
@Immutable
record Verb(String base, String past, String participle) {
  /** Reads verbs: one meaning a line, verbs separated by commas, forms by slashes. */
  static ImmutableList<ImmutableList<Verb>> meanings(String text) {
    return text.strip()
        .lines()
        .map(
            line ->
                Splitter.on(',').splitToStream(line).map(Verb::parse).collect(toImmutableList()))
        .collect(toImmutableList());
  }

  private static Verb parse(String text) {
    List<String> forms = Splitter.on('/').splitToList(text.strip());
    return switch (forms.size()) {
      case 1 -> regular(forms.get(0));
      case 3 -> new Verb(forms.get(0), forms.get(1), forms.get(2));
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static Verb regular(String base) {
    String past = base.endsWith("e") ? base + "d" : base + "ed";
    return new Verb(base, past, past);
  }
}
