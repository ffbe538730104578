package io.ganglion.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's address: {@code host:port}, {@code [::1]:port}, or only a host.
 *
 * @param host a name, an IPv4 address, or an IPv6 address in brackets
 * @param port from 1 to 65535
 */
record HostPort(String host, int port) {
  /** The default port of a Ganglion server. */
  static final int DEFAULT_PORT = 60061;

  private static final Pattern SHAPE =
      Pattern.compile(
          "(\\[[0-9A-Fa-f:.]+(?:%[^\\[\\]\\s,]+)?]|[^\\s\\[\\]:/?#@,%]+)(?::([0-9]{1,5}))?");

  static HostPort parse(String text) {
    Matcher shape = SHAPE.matcher(text);
    if (shape.matches()) {
      String port = shape.group(2);
      int number = port == null ? DEFAULT_PORT : Integer.parseInt(port);
      if (number >= 1 && number <= 65_535) {
        return new HostPort(shape.group(1), number);
      }
    }
    throw new IllegalArgumentException(
        "a server is given as host:port or [IPv6 address]:port, with a port from 1 to 65535 ("
            + DEFAULT_PORT
            + " where it is left out): "
            + text);
  }

  /** Whether a URI may have this host. Names with an underscore are not allowed in URIs. */
  boolean isUriHost() {
    return isUri(withoutScope() + ":" + port);
  }

  boolean isIpv6() {
    return host.startsWith("[");
  }

  /**
   * The server's name in requests and in its certificate. A host that a URI may not have comes
   * without its port, because gRPC would look for the whole authority in the certificate.
   */
  String authority() {
    return isUriHost() ? withoutScope() + ":" + port : host;
  }

  private String withoutScope() {
    int scope = host.indexOf('%');
    return scope < 0 ? host : host.substring(0, scope) + "]";
  }

  private static boolean isUri(String authority) {
    try {
      return new URI("//" + authority).getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
