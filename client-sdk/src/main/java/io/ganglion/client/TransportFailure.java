package io.ganglion.client;

import io.grpc.Status;
import javax.net.ssl.SSLException;

/** Describes the failure of a call whose connection failed. */
final class TransportFailure {
  /** gRPC's message when the other side hangs up. */
  private static final String NO_REASON = "Network closed for unknown reason";

  /** gRPC's message when the cause says more. */
  private static final String NO_CONNECTION = "io exception";

  /** gRPC's message when the first bytes, in hexadecimal, are not HTTP/2. */
  private static final String FIRST_BYTES = "First received frame was not SETTINGS. Hex dump for";

  private TransportFailure() {}

  /**
   * Describes the failure in one line, with what to do about it if that is known.
   *
   * @param reached whether this client has ever had a connection that the server accepted. A server
   *     that closes all earlier ones may expect TLS
   */
  static String describe(Status status, boolean reached) {
    String said = status.getDescription();
    String text = said == null ? status.getCode().name() : said.lines().findFirst().orElse("");
    Throwable cause = status.getCause();
    if (cause instanceof SSLException) {
      return "TLS failed: " + whyTlsFailed(cause);
    }
    if (NO_REASON.equals(text)) {
      return reached
          ? "the connection was closed without a reason"
          : "the connection was closed before the server said anything;"
              + " does the server want TLS?";
    }
    if (cause == null || cause.getMessage() == null) {
      return text;
    }
    if (isTlsAlert(cause.getMessage())) {
      return "the server speaks TLS, and this client does not; set tls() or trust()";
    }
    return text.equals(NO_CONNECTION) ? cause.getMessage() : text + ": " + cause.getMessage();
  }

  /** Whether the bytes are a TLS record: an alert or a handshake (21 or 22) of version 3.x. */
  private static boolean isTlsAlert(String message) {
    int at = message.indexOf(FIRST_BYTES);
    if (at < 0) {
      return false;
    }
    String bytes = message.substring(message.lastIndexOf(' ') + 1);
    return bytes.startsWith("1503") || bytes.startsWith("1603");
  }

  private static String whyTlsFailed(Throwable cause) {
    // By name, because shaded and plain Netty have this class in different packages.
    if (cause.getClass().getSimpleName().equals("NotSslRecordException")) {
      return "the server speaks plain text";
    }
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
