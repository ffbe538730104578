package io.ganglion.api;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells why a request has no answer. Futures complete with this exception, so {@code join()} throws
 * a {@code CompletionException} with it as the cause.
 *
 * <pre>{@code
 * client.classify(a, b).exceptionally(thrown -> {
 *   if (thrown instanceof GanglionException.Overloaded o) {
 *     shedLoadFor(o.retryAfter().orElse(Duration.ofSeconds(1)));
 *   }
 *   return null;
 * });
 * }</pre>
 */
public abstract sealed class GanglionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final boolean retryable;
  private final @Nullable Duration retryAfter;

  private GanglionException(
      String code,
      String message,
      boolean retryable,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    // No stack trace: it would show a network thread, and cost more than the refusal itself.
    super(message, cause, true, false);
    this.code = code;
    this.retryable = retryable;
    this.retryAfter = retryAfter;
  }

  /**
   * The canonical name of the received status code, such as {@code RESOURCE_EXHAUSTED}.
   *
   * @return upper case, with underscores
   */
  public String code() {
    return code;
  }

  /**
   * Whether the same request may succeed later or on another server. The client has then already
   * retried as far as its settings allow.
   *
   * @return false if sending it again cannot help
   */
  public boolean retryable() {
    return retryable;
  }

  /**
   * The time after which the server asked to be tried again.
   *
   * @return empty if the server did not say
   */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /**
   * The server's queue is full, or too slow for the deadline. Send less. {@link #retryAfter()} says
   * when there may be room.
   *
   * <pre>{@code
   * catch (GanglionException.Overloaded e) { pause(e.retryAfter().orElse(ONE_SECOND)); }
   * }</pre>
   */
  public static final class Overloaded extends GanglionException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the failure of a request.
     *
     * @param code the canonical name of a status code
     * @param message one sentence
     * @param retryAfter when to try again; null if unknown
     * @param cause what led to it; null if nothing did
     */
    public Overloaded(
        String code, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
      super(code, message, true, retryAfter, cause);
    }
  }

  /**
   * The deadline passed before the answer came.
   *
   * <pre>{@code
   * catch (GanglionException.DeadlineExceeded e) { answerWithoutTheModel(); }
   * }</pre>
   */
  public static final class DeadlineExceeded extends GanglionException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the failure of a request.
     *
     * @param code the canonical name of a status code
     * @param message one sentence
     * @param cause what led to it; null if nothing did
     */
    public DeadlineExceeded(String code, String message, @Nullable Throwable cause) {
      super(code, message, false, null, cause);
    }
  }

  /**
   * The {@code authorization} header was missing, or the server does not accept its credential. The
   * request itself may be valid.
   *
   * <pre>{@code
   * catch (GanglionException.Unauthenticated e) { renewTheToken(); }
   * }</pre>
   */
  public static final class Unauthenticated extends GanglionException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the failure of a request.
     *
     * @param code the canonical name of a status code
     * @param message one sentence
     * @param cause what led to it; null if nothing did
     */
    public Unauthenticated(String code, String message, @Nullable Throwable cause) {
      super(code, message, false, null, cause);
    }
  }

  /**
   * The model has no answer to this call, or the target does not offer this service: it is another
   * program, or a server of another version.
   *
   * <pre>{@code
   * catch (GanglionException.Unimplemented e) { checkTheTarget(e.getMessage()); }
   * }</pre>
   */
  public static final class Unimplemented extends GanglionException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the failure of a request.
     *
     * @param code the canonical name of a status code
     * @param message one sentence
     * @param cause what led to it; null if nothing did
     */
    public Unimplemented(String code, String message, @Nullable Throwable cause) {
      super(code, message, false, null, cause);
    }
  }

  /**
   * The server refuses the request because a field is wrong. Sending it again will not help.
   *
   * <pre>{@code
   * catch (GanglionException.InvalidRequest e) { reject(e.getMessage()); }
   * }</pre>
   */
  public static final class InvalidRequest extends GanglionException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the failure of a request.
     *
     * @param code the canonical name of a status code
     * @param message one sentence
     * @param cause what led to it; null if nothing did
     */
    public InvalidRequest(String code, String message, @Nullable Throwable cause) {
      super(code, message, false, null, cause);
    }
  }

  /**
   * No server could be reached, or the server is stopping or has no healthy core.
   *
   * <pre>{@code
   * catch (GanglionException.Unavailable e) { tryAnotherRegion(); }
   * }</pre>
   */
  public static final class Unavailable extends GanglionException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the failure of a request.
     *
     * @param code the canonical name of a status code
     * @param message one sentence
     * @param retryAfter when to try again; null if unknown
     * @param cause what led to it; null if nothing did
     */
    public Unavailable(
        String code, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
      super(code, message, true, retryAfter, cause);
    }
  }

  /**
   * A bug in the server, the client, or something between them.
   *
   * <pre>{@code
   * catch (GanglionException.Internal e) { alert(e); }
   * }</pre>
   */
  public static final class Internal extends GanglionException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the failure of a request.
     *
     * @param code the canonical name of a status code
     * @param message one sentence
     * @param cause what led to it; null if nothing did
     */
    public Internal(String code, String message, @Nullable Throwable cause) {
      super(code, message, false, null, cause);
    }
  }
}
