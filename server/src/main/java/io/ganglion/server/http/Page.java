package io.ganglion.server.http;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Answers requests for a path. Thread-safe. Called on one of the port's threads. */
@FunctionalInterface
public interface Page {
  Answer answer(Question question) throws IOException;

  /**
   * A GET request.
   *
   * @param path without the query
   * @param query text after the question mark, as it was sent; may be empty
   * @param headers headers by lower-case name
   */
  record Question(String path, String query, Map<String, List<String>> headers) {
    public Question {
      headers = Map.copyOf(headers);
    }
  }

  /**
   * The answer to a request.
   *
   * @param body body, not copied; nobody may write to it
   */
  @SuppressWarnings("ArrayRecordComponent") // read-only by contract, compared nowhere
  record Answer(int status, Map<String, String> headers, byte[] body) {
    public Answer {
      headers = Map.copyOf(headers);
    }
  }
}
