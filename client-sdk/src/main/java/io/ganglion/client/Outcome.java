package io.ganglion.client;

import io.ganglion.api.Classification;
import io.ganglion.api.GanglionException;

/**
 * What became of one of many pairs.
 *
 * <pre>{@code
 * for (Outcome outcome : client.classifyAll(pairs).join()) {
 *   switch (outcome) {
 *     case Outcome.Answered a -> store(a.index(), a.answer());
 *     case Outcome.Failed f -> report(f.index(), f.failure());
 *   }
 * }
 * }</pre>
 */
public sealed interface Outcome {
  /**
   * Which pair.
   *
   * @return its index among those that were sent, from 0
   */
  int index();

  /**
   * The answer.
   *
   * @return never null
   * @throws GanglionException the failure, if there is no answer
   */
  Classification orThrow();

  /**
   * The pair was answered.
   *
   * @param index see {@link #index()}
   * @param answer the server's answer
   */
  record Answered(int index, Classification answer) implements Outcome {
    @Override
    public Classification orThrow() {
      return answer;
    }
  }

  /**
   * The pair has no answer.
   *
   * @param index see {@link #index()}
   * @param failure why
   */
  record Failed(int index, GanglionException failure) implements Outcome {
    @Override
    public Classification orThrow() {
      throw failure;
    }
  }
}
