package io.ganglion.compiler.tune.pairs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The shape of a sentence: its clause and where place, time and amount stand.
 *
 * @param front adjuncts before the clause, in order
 * @param end adjuncts after it, in order
 */
record SentenceForm(Clause clause, List<Adjunct> front, List<Adjunct> end) {
  /** The order of agent, verb and patient. */
  enum Clause {
    ACTIVE,
    PASSIVE,
    CLEFT
  }

  /** Parts that may stand before or after the clause. */
  enum Adjunct {
    PLACE,
    TIME,
    AMOUNT
  }

  /** The forms of this half that can express {@code fact}. */
  static List<SentenceForm> of(Fact fact, Split split) {
    List<Adjunct> present = new ArrayList<>();
    if (fact.amount() > 0) {
      present.add(Adjunct.AMOUNT);
    }
    if (fact.place() != null) {
      present.add(Adjunct.PLACE);
    }
    if (fact.time() != null) {
      present.add(Adjunct.TIME);
    }
    List<SentenceForm> forms = new ArrayList<>();
    for (Clause clause : clauses(fact)) {
      addLayouts(forms, clause, present, new ArrayList<>());
    }
    forms.removeIf(form -> !split.owns(form.key(fact.domain())));
    return forms;
  }

  private static List<Clause> clauses(Fact fact) {
    if (!fact.patient().isSomething()) {
      return List.of(Clause.ACTIVE);
    }
    return fact.negated() ? List.of(Clause.ACTIVE, Clause.PASSIVE) : Arrays.asList(Clause.values());
  }

  private static void addLayouts(
      List<SentenceForm> forms, Clause clause, List<Adjunct> left, List<Adjunct> order) {
    if (!left.isEmpty()) {
      for (Adjunct next : left) {
        List<Adjunct> rest = new ArrayList<>(left);
        rest.remove(next);
        List<Adjunct> longer = new ArrayList<>(order);
        longer.add(next);
        addLayouts(forms, clause, rest, longer);
      }
      return;
    }
    for (int cut = 0; cut <= order.size(); cut++) {
      List<Adjunct> front = List.copyOf(order.subList(0, cut));
      if (!front.contains(Adjunct.AMOUNT)) {
        forms.add(new SentenceForm(clause, front, List.copyOf(order.subList(cut, order.size()))));
      }
    }
  }

  private String key(Domain domain) {
    return domain + " " + this;
  }
}
