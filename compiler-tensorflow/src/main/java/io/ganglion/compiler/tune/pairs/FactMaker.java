package io.ganglion.compiler.tune.pairs;

import io.ganglion.compiler.tune.pairs.Fact.Term;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Invents facts, and changes one thing about a fact. Not thread-safe. */
final class FactMaker {
  private static final List<Domain> DOMAINS = List.of(Domain.values());

  private final SplittableRandom random;
  private final Names names;
  private final double swaps;

  /**
   * @param swaps see {@link Mix}
   */
  FactMaker(Split split, double swaps, SplittableRandom random) {
    this.swaps = swaps;
    this.random = random;
    this.names = new Names(split, random);
  }

  Fact invent() {
    Domain domain = DOMAINS.get(random.nextInt(DOMAINS.size()));
    Term agent = term(domain.agent());
    Term patient = term(domain.patient());
    return new Fact(
        domain,
        agent,
        random.nextInt(domain.meanings().size()),
        patient,
        domain.amountPattern().isEmpty() ? 0 : names.number(),
        random.nextInt(5) < 2 ? names.place() : null,
        random.nextInt(5) < 3 ? time() : null,
        random.nextInt(6) == 0);
  }

  /** A fact that differs from {@code fact} in one thing. */
  Fact change(Fact fact) {
    List<Fact> changed = new ArrayList<>();
    changed.add(fact.withMeaning(otherThan(fact.meaning(), fact.domain().meanings().size())));
    changed.add(fact.withNegated(!fact.negated()));
    changed.add(fact.withAgent(otherTerm(fact.agent())));
    if (fact.patient().isSomething()) {
      changed.add(fact.withPatient(otherTerm(fact.patient())));
    }
    if (fact.domain().reversible()) {
      Fact swapped = fact.withAgent(fact.patient()).withPatient(fact.agent());
      changed.addAll(Collections.nCopies(copies(swaps), swapped));
    }
    if (fact.amount() > 0) {
      changed.add(fact.withAmount(otherNumber(fact.amount())));
    }
    if (fact.place() != null) {
      changed.add(fact.withPlace(names.place()));
    }
    if (fact.time() != null) {
      changed.add(fact.withTime(time()));
    }
    Fact choice = changed.get(random.nextInt(changed.size()));
    return choice.equals(fact) ? change(fact) : choice;
  }

  /** A random whole number with this mean. */
  private int copies(double mean) {
    int whole = (int) mean;
    return whole < mean && random.nextDouble() < mean - whole ? whole + 1 : whole;
  }

  private Term term(Domain.Kind kind) {
    return switch (kind) {
      case COMPANY -> new Term(kind, names.company(), -1, 0);
      case PERSON -> new Term(kind, names.person(), -1, 0);
      case TEAM -> new Term(kind, names.team(), -1, 0);
      case COUNCIL -> new Term(kind, names.place(), -1, 0);
      case THINGS, PLAN -> new Term(kind, "", things(), names.number());
      case MEASURE -> new Term(kind, names.company(), random.nextInt(Lexicon.MEASURES.size()), 0);
      case NONE -> Term.NONE;
    };
  }

  private Term otherTerm(Term term) {
    Term fresh = term(term.kind());
    return switch (term.kind()) {
      case COMPANY, PERSON, TEAM, COUNCIL, NONE -> fresh;
      case THINGS, PLAN ->
          random.nextBoolean()
              ? term.withCount(otherNumber(term.count()))
              : term.withNoun(fresh.noun());
      case MEASURE ->
          random.nextBoolean() ? term.withName(fresh.name()) : term.withNoun(fresh.noun());
    };
  }

  private int otherNumber(int number) {
    int other = names.number();
    return other == number ? otherNumber(number) : other;
  }

  private int things() {
    return random.nextInt(Lexicon.THINGS.size());
  }

  private String time() {
    if (random.nextBoolean()) {
      return "on " + Lexicon.WEEKDAYS.get(random.nextInt(Lexicon.WEEKDAYS.size()));
    }
    return "in " + Lexicon.MONTHS.get(random.nextInt(Lexicon.MONTHS.size()));
  }

  private int otherThan(int value, int bound) {
    return (value + 1 + random.nextInt(bound - 1)) % bound;
  }
}
