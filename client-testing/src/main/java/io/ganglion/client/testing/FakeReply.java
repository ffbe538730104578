package io.ganglion.client.testing;

import io.ganglion.api.Entity;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FakeGanglion} does with one request. Immutable.
 *
 * <pre>{@code
 * FakeReply.label("paraphrase").after(Duration.ofMillis(20));
 * FakeReply.overloaded(Duration.ofSeconds(1));
 * }</pre>
 */
public final class FakeReply {
  /** Probability of a label that was given by its name. */
  private static final float SURE = 0.9f;

  private final Content content;
  private final @Nullable Duration delay; // null: never

  /** What is sent. */
  sealed interface Content {}

  record Label(String name, float probability) implements Content {}

  record Score(float value) implements Content {}

  record Vector(List<Float> values) implements Content {}

  record Entities(List<Entity> found) implements Content {}

  record Failure(Status status, Duration retryAfter) implements Content {}

  private FakeReply(Content content, @Nullable Duration delay) {
    this.content = content;
    this.delay = delay;
  }

  /**
   * Answers with a label, with a probability of 0.9.
   *
   * @param label one of the fake's labels
   * @return the reply
   */
  public static FakeReply label(String label) {
    return label(label, SURE);
  }

  /**
   * Answers with a label. The others share the rest of the probability.
   *
   * @param label one of the fake's labels
   * @param probability from 0 to 1
   * @return the reply
   */
  public static FakeReply label(String label, float probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("a probability is from 0 to 1: " + probability);
    }
    return new FakeReply(
        new Label(Objects.requireNonNull(label, "label"), probability), Duration.ZERO);
  }

  /**
   * Answers with the score of a model that has one label: of a pair, or of a query with one of its
   * documents.
   *
   * @param value any finite value
   * @return the reply
   */
  public static FakeReply score(float value) {
    return new FakeReply(new Score(value), Duration.ZERO);
  }

  /**
   * Answers with a vector.
   *
   * @param values of the text, as many as the fake's vectors have
   * @return the reply
   */
  public static FakeReply vector(float... values) {
    List<Float> boxed = new ArrayList<>();
    for (float value : values) {
      boxed.add(value);
    }
    return new FakeReply(new Vector(boxed), Duration.ZERO);
  }

  /**
   * Answers with entities.
   *
   * @param found in the text, in its order
   * @return the reply
   */
  public static FakeReply entities(Entity... found) {
    return new FakeReply(new Entities(List.of(found)), Duration.ZERO);
  }

  /**
   * Refuses the request as a server does whose queue is full. The client tries again.
   *
   * @param retryAfter what the server advises; zero for no advice
   * @return the reply
   */
  public static FakeReply overloaded(Duration retryAfter) {
    return failure(Status.RESOURCE_EXHAUSTED.withDescription("the queue is full"), retryAfter);
  }

  /**
   * Refuses the request as a server does that is stopping. The client tries again.
   *
   * @return the reply
   */
  public static FakeReply unavailable() {
    return failure(Status.UNAVAILABLE.withDescription("the server is stopping"), Duration.ZERO);
  }

  /**
   * Refuses the request because it is wrong. The client does not try again.
   *
   * @param message what is wrong
   * @return the reply
   */
  public static FakeReply invalid(String message) {
    return failure(Status.INVALID_ARGUMENT.withDescription(message), Duration.ZERO);
  }

  /**
   * Fails as a server with a bug does.
   *
   * @return the reply
   */
  public static FakeReply internal() {
    return failure(Status.INTERNAL.withDescription("a bug in the server"), Duration.ZERO);
  }

  /**
   * Never answers, so that the request's deadline passes.
   *
   * @return the reply
   */
  public static FakeReply never() {
    return new FakeReply(new Entities(List.of()), null);
  }

  private static FakeReply failure(Status status, Duration retryAfter) {
    return new FakeReply(new Failure(status, retryAfter), Duration.ZERO);
  }

  /**
   * The same reply, later.
   *
   * @param delay since the request arrived
   * @return the reply
   */
  public FakeReply after(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a delay must not be negative: " + delay);
    }
    if (this.delay == null) {
      throw new IllegalStateException("what never comes cannot be delayed");
    }
    return new FakeReply(content, delay);
  }

  Content content() {
    return content;
  }

  @Nullable Duration delay() {
    return delay;
  }
}
