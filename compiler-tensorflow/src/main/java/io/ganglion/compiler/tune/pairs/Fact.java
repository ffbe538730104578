package io.ganglion.compiler.tune.pairs;

import org.jspecify.annotations.Nullable;

/**
 * The meaning of a sentence, without its words. Sentences of equal facts are paraphrases.
 *
 * @param meaning index into the domain's meanings
 * @param amount the domain's separate amount; 0 if it has none
 * @param place invented place; null if the fact names none
 * @param time weekday or month; null if the fact names none
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
   * A person, company or thing in a fact.
   *
   * @param name the invented name, empty for things
   * @param noun meaning of a common noun, as an index into its table; -1 if the kind has none
   * @param count how many; 0 if the kind is not counted
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
