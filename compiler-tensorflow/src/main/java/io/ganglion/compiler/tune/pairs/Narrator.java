package io.ganglion.compiler.tune.pairs;

import io.ganglion.compiler.tune.pairs.Fact.Term;
import io.ganglion.compiler.tune.pairs.SentenceForm.Adjunct;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Writes a sentence for a fact: picks form, synonyms and spellings. Not thread-safe. */
final class Narrator {
  private static final int SMALL = 20;

  private final Split split;
  private final SplittableRandom random;

  Narrator(Split split, SplittableRandom random) {
    this.split = split;
    this.random = random;
  }

  /** Whether this half has a form for {@code fact}. */
  boolean canTell(Fact fact) {
    return !SentenceForm.of(fact, split).isEmpty();
  }

  /** A sentence for {@code fact}, with a capital letter, spaces between words and a full stop. */
  String tell(Fact fact) {
    SentenceForm form = pick(SentenceForm.of(fact, split));
    StringBuilder text = new StringBuilder();
    if (random.nextInt(4) == 0) {
      text.append(pick(Lexicon.OPENINGS)).append(' ');
    }
    for (Adjunct adjunct : form.front()) {
      text.append(adjunct(fact, adjunct)).append(", ");
    }
    text.append(clause(fact, form.clause()));
    for (Adjunct adjunct : form.end()) {
      text.append(' ').append(adjunct(fact, adjunct));
    }
    text.append('.');
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  private String clause(Fact fact, SentenceForm.Clause clause) {
    Verb verb = pick(fact.domain().meanings().get(fact.meaning()));
    String agent = noun(fact.agent());
    if (!fact.patient().isSomething()) {
      return agent + " " + active(fact, verb);
    }
    String patient = noun(fact.patient());
    String auxiliary = fact.patient().kind().plural() ? "were" : "was";
    return switch (clause) {
      case ACTIVE -> agent + " " + active(fact, verb) + " " + patient;
      case PASSIVE ->
          patient
              + (" " + auxiliary + (fact.negated() ? " not " : " "))
              + (verb.participle() + " by " + agent);
      case CLEFT -> "it was " + agent + " that " + verb.past() + " " + patient;
    };
  }

  private String active(Fact fact, Verb verb) {
    if (!fact.negated()) {
      return verb.past();
    }
    return (random.nextBoolean() ? "did not " : "failed to ") + verb.base();
  }

  private String noun(Term term) {
    return switch (term.kind()) {
      case COMPANY -> (random.nextInt(4) == 0 ? "the company " : "") + term.name();
      case PERSON -> term.name();
      case TEAM -> "the " + term.name();
      case COUNCIL ->
          random.nextBoolean()
              ? "the " + term.name() + " council"
              : "the council of " + term.name();
      case THINGS -> number(term.count()) + " " + pick(Lexicon.THINGS.get(term.noun()));
      case PLAN -> plan(number(term.count()) + " " + pick(Lexicon.THINGS.get(term.noun())));
      case MEASURE ->
          pick(Lexicon.MEASURES.get(term.noun()))
              + (random.nextBoolean() ? " of " : " at ")
              + term.name();
      case NONE -> "";
    };
  }

  private String plan(String things) {
    return (random.nextBoolean() ? "a plan for " : "a proposal for ") + things;
  }

  private String adjunct(Fact fact, Adjunct adjunct) {
    return switch (adjunct) {
      case PLACE -> (random.nextInt(4) == 0 ? "in the town of " : "in ") + fact.place();
      case TIME -> String.valueOf(fact.time());
      case AMOUNT -> fact.domain().amountPattern().formatted(number(fact.amount()));
    };
  }

  private String number(int value) {
    return value <= SMALL && random.nextBoolean()
        ? Lexicon.NUMBER_WORDS.get(value - 2)
        : String.valueOf(value);
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
