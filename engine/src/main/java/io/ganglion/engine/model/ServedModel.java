package io.ganglion.engine.model;

import io.ganglion.engine.batch.Scheduler;
import io.ganglion.engine.tag.EntityFinder;
import io.ganglion.runtime.text.PlacedTokens;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model on its cores, with its tokenizer. Thread-safe. */
public class ServedModel {
  private final ModelFacts facts;
  private final List<String> notes;
  private final Tokenizer tokenizer;
  private final Scheduler scheduler;
  private final boolean takesPairs;
  private final EntityFinder entities;

  /**
   * @param notes what a user should know, one sentence each
   */
  public ServedModel(
      ModelFacts facts, List<String> notes, Tokenizer tokenizer, Scheduler scheduler) {
    this.facts = facts;
    this.notes = List.copyOf(notes);
    this.tokenizer = tokenizer;
    this.scheduler = scheduler;
    entities = new EntityFinder(facts.manifest().labels());
    takesPairs = tokenizer.segments() <= facts.manifest().dimensions().segments();
  }

  public final ModelFacts facts() {
    return facts;
  }

  public final List<String> notes() {
    return notes;
  }

  public final List<String> labels() {
    return facts.manifest().labels();
  }

  /** Whether a request may be two texts: not if the model has no segment for the second one. */
  public final boolean takesPairs() {
    return takesPairs;
  }

  /** Encodes a text or, if {@code textB} is not null, a pair. */
  public final TokenSequence encode(String textA, @Nullable String textB) {
    return tokenizer.encode(textA, textB);
  }

  /** Encodes a text, with the places of its tokens. */
  public final PlacedTokens encodeWithPlaces(String text) {
    return tokenizer.encodeWithPlaces(text, null);
  }

  /** Finds entities in the labels of tokens. */
  public final EntityFinder entities() {
    return entities;
  }

  /** Whether a text has anything to answer on, besides white space and control characters. */
  public final boolean hasTokens(String text) {
    return tokenizer.hasTokens(text);
  }

  public final Scheduler scheduler() {
    return scheduler;
  }

  /** Share of padding in the tokens computed since the model was loaded, 0 to 1. */
  public double paddingRatio() {
    return 0;
  }

  /** Stops the scheduler at once and frees the weights, unless a core still hangs in them. */
  public final void close() throws InterruptedException {
    if (scheduler.close()) {
      release();
    }
  }

  /** Frees the cores and the artifact. */
  void release() {}
}
