package io.ganglion.compiler.tune.pairs;

import com.google.common.collect.ImmutableList;

/** A topic that facts come from: who does what to whom. */
enum Domain {
  TRADE(
      Kind.COMPANY,
      Kind.THINGS,
      """
      buy/bought/bought,purchase,acquire
      sell/sold/sold
      open,launch
      close,shut/shut/shut
      build/built/built,construct
      repair,fix,mend
      inspect,check,examine
      paint
      rent,lease
      destroy,demolish
      insure
      lose/lost/lost
      """),
  BUSINESS(
      Kind.COMPANY,
      Kind.COMPANY,
      """
      buy/bought/bought,purchase,acquire
      sue
      praise,applaud
      criticize,condemn
      advise,counsel
      rescue,save
      inspect,audit
      copy/copied/copied,imitate
      """),
  PEOPLE(
      Kind.PERSON,
      Kind.PERSON,
      """
      praise,applaud
      criticize,condemn
      interview,question
      replace,succeed
      hire,recruit,employ
      dismiss,fire,sack
      thank
      help,assist,aid
      attack,assault
      find/found/found,locate
      arrest,detain
      beat/beat/beaten,defeat
      """),
  SPORT(
      Kind.TEAM,
      Kind.TEAM,
      """
      beat/beat/beaten,defeat
      trail
      outscore,outplay
      """),
  COUNCIL(
      Kind.COUNCIL,
      Kind.PLAN,
      """
      approve,support,back
      reject,refuse
      delay,postpone
      discuss,debate
      cancel/cancelled/cancelled
      """),
  MARKET(
      Kind.MEASURE,
      Kind.NONE,
      """
      rise/rose/risen,climb,increase
      fall/fell/fallen,drop/dropped/dropped,decline
      """);

  /** What a noun phrase stands for. */
  enum Kind {
    COMPANY,
    PERSON,
    TEAM,
    COUNCIL,
    THINGS,
    PLAN,
    MEASURE,
    NONE;

    boolean plural() {
      return this == TEAM || this == THINGS || this == MEASURE;
    }
  }

  private final Kind agent;
  private final Kind patient;
  private final ImmutableList<ImmutableList<Verb>> meanings;

  Domain(Kind agent, Kind patient, String verbs) {
    this.agent = agent;
    this.patient = patient;
    this.meanings = Verb.meanings(verbs);
  }

  Kind agent() {
    return agent;
  }

  Kind patient() {
    return patient;
  }

  /** Verbs by meaning: the verbs in one list are synonyms. */
  ImmutableList<ImmutableList<Verb>> meanings() {
    return meanings;
  }

  /** Whether agent and patient can be swapped. */
  boolean reversible() {
    return agent == patient;
  }

  /** Words around an amount that is separate from agent and patient; empty if there is none. */
  String amountPattern() {
    return switch (this) {
      case SPORT -> "by %s points";
      case MARKET -> "by %s percent";
      case TRADE, BUSINESS, PEOPLE, COUNCIL -> "";
    };
  }
}
