package io.ganglion.compiler.tune.pairs;

import org.jspecify.annotations.Nullable;

/**
 * What a sentence says, apart from its words. Two sentences of equal facts are paraphrases.
 *
 * @param meaning index into the domain's meanings
 * @param amount the domain's separate amount, 0 where it has none
 * @param place invented place, or null where the fact names none
 * @param time weekday or month, or null where the fact names none
 * @param negated whether it did not happen
 */
record Fact(
    Domain domain,
    Term agent,
    int meaning,
    Term patient,
    int amount,
    @Nullable String place,
    @Nullable String time,
    boolean negated) {

  /**
   * A thing or somebody.
   *
   * @param name the invented name, empty for things
   * @param noun meaning of a common noun: index into its table, -1 where the kind has none
   * @param count how many, 0 where the kind is not counted
   */
  record Term(Domain.Kind kind, String name, int noun, int count) {
    static final Term NONE = new Term(Domain.Kind.NONE, "", -1, 0);

    boolean isSomething() {
      return kind != Domain.Kind.NONE;
    }

    Term withName(String value) {
      return new Term(kind, value, noun, count);
    }

    Term withNoun(int value) {
      return new Term(kind, name, value, count);
    }

    Term withCount(int value) {
      return new Term(kind, name, noun, value);
    }
  }

  Fact withAgent(Term value) {
    return new Fact(domain, value, meaning, patient, amount, place, time, negated);
  }

  Fact withPatient(Term value) {
    return new Fact(domain, agent, meaning, value, amount, place, time, negated);
  }

  Fact withMeaning(int value) {
    return new Fact(domain, agent, value, patient, amount, place, time, negated);
  }

  Fact withAmount(int value) {
    return new Fact(domain, agent, meaning, patient, value, place, time, negated);
  }

  Fact withPlace(String value) {
    return new Fact(domain, agent, meaning, patient, amount, value, time, negated);
  }

  Fact withTime(String value) {
    return new Fact(domain, agent, meaning, patient, amount, place, value, negated);
  }

  Fact withNegated(boolean value) {
    return new Fact(domain, agent, meaning, patient, amount, place, time, value);
  }
}
