package io.ganglion.server.http;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What is behind a path. Thread-safe; called on one of the port's threads. */
@FunctionalInterface
public interface Page {
  Answer answer(Question question) throws IOException;

  /**
   * A GET.
   *
   * @param path without the query
   * @param query what follows the question mark, as it was sent; or empty
   * @param headers by lower-case name
   */
  record Question(String path, String query, Map<String, List<String>> headers) {
    public Question {
      headers = Map.copyOf(headers);
    }
  }

  /**
   * The answer to it.
   *
   * @param body not copied, nobody writes to it
   */
  @SuppressWarnings("ArrayRecordComponent") // read-only by contract, compared nowhere
  record Answer(int status, Map<String, String> headers, byte[] body) {
    public Answer {
      headers = Map.copyOf(headers);
    }
  }
}
