package io.ganglion.client.testing;

import com.google.protobuf.Message;
import io.ganglion.api.Entity;
import io.ganglion.proto.v1.Embedding;
import io.ganglion.proto.v1.ItemError;
import io.ganglion.proto.v1.LabelScore;
import io.ganglion.proto.v1.TaggedText;
import io.grpc.Status;
import java.time.Duration;
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

  /** What is sent: a message of the contract, an {@link ItemError} for a failure. */
  private final Message content;

  private final @Nullable Duration delay; // null: never

  private FakeReply(Message content, @Nullable Duration delay) {
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
    return labelled(Objects.requireNonNull(label, "label"), probability);
  }

  /**
   * Answers with the score of a model that has one label: of a pair, or of a query with one of its
   * documents.
   *
   * @param value any finite value
   * @return the reply
   */
  public static FakeReply score(float value) {
    return labelled("", value);
  }

  private static FakeReply labelled(String label, float score) {
    return new FakeReply(
        LabelScore.newBuilder().setLabel(label).setScore(score).build(), Duration.ZERO);
  }

  /**
   * Answers with a vector.
   *
   * @param values of the text, as many as the fake's vectors have
   * @return the reply
   */
  public static FakeReply vector(float... values) {
    Embedding.Builder vector = Embedding.newBuilder().setInputTokens(1);
    for (float value : values) {
      vector.addValues(value);
    }
    return new FakeReply(vector.build(), Duration.ZERO);
  }

  /**
   * Answers with entities.
   *
   * @param found in the text, in its order
   * @return the reply
   */
  public static FakeReply entities(Entity... found) {
    TaggedText.Builder text = TaggedText.newBuilder().setInputTokens(1);
    for (Entity entity : found) {
      text.addEntities(
          io.ganglion.proto.v1.Entity.newBuilder()
              .setLabel(entity.label())
              .setScore(entity.score())
              .setStartUtf16(entity.start())
              .setEndUtf16(entity.end()));
    }
    return new FakeReply(text.build(), Duration.ZERO);
  }

  /**
   * Refuses the request as a server does whose queue is full. The client tries again.
   *
   * @param retryAfter what the server advises; zero for no advice
   * @return the reply
   */
  public static FakeReply overloaded(Duration retryAfter) {
    return failure(Status.Code.RESOURCE_EXHAUSTED, "the queue is full", retryAfter);
  }

  /**
   * Refuses the request as a server does that is stopping. The client tries again.
   *
   * @return the reply
   */
  public static FakeReply unavailable() {
    return failure(Status.Code.UNAVAILABLE, "the server is stopping", Duration.ZERO);
  }

  /**
   * Refuses the request because it is wrong. The client does not try again.
   *
   * @param message what is wrong
   * @return the reply
   */
  public static FakeReply invalid(String message) {
    return failure(Status.Code.INVALID_ARGUMENT, message, Duration.ZERO);
  }

  /**
   * Fails as a server with a bug does.
   *
   * @return the reply
   */
  public static FakeReply internal() {
    return failure(Status.Code.INTERNAL, "a bug in the server", Duration.ZERO);
  }

  /**
   * Never answers, so that the request's deadline passes.
   *
   * @return the reply
   */
  public static FakeReply never() {
    return new FakeReply(ItemError.getDefaultInstance(), null);
  }

  private static FakeReply failure(Status.Code code, String message, Duration retryAfter) {
    return new FakeReply(
        ItemError.newBuilder()
            .setCode(code.value())
            .setMessage(message)
            .setRetryAfterMs((int) retryAfter.toMillis())
            .build(),
        Duration.ZERO);
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

  Message content() {
    return content;
  }

  @Nullable Duration delay() {
    return delay;
  }
}
