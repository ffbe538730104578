package io.ganglion.compiler.recognise;

import io.ganglion.compiler.recognise.Recognised.Ending;
import java.util.EnumSet;
import java.util.Set;

/**
 * What is looked for in a graph.
 *
 * @param endings what the model may end with
 * @param relatives whether the encoder may be that of DistilBERT, RoBERTa or ELECTRA, with its head
 */
public record Accepted(Set<Ending> endings, boolean relatives) {
  /** BERT classifiers, as TensorFlow's users have them. */
  public static final Accepted CLASSIFIERS = new Accepted(EnumSet.of(Ending.FIRST_TOKEN), false);

  /** Everything that is known. */
  public static final Accepted ALL = new Accepted(EnumSet.allOf(Ending.class), true);

  public Accepted {
    endings = Set.copyOf(endings);
  }
}
