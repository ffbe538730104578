package io.ganglion.server.metrics;

import io.ganglion.server.http.Page;
import io.prometheus.metrics.exporter.common.PrometheusHttpExchange;
import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import io.prometheus.metrics.exporter.common.PrometheusHttpResponse;
import io.prometheus.metrics.exporter.common.PrometheusScrapeHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All metrics in the format that the scraper asks for, written by Prometheus' own library. */
final class ScrapePage implements Page {
  private final PrometheusScrapeHandler handler;

  ScrapePage(PrometheusRegistry registry) {
    this.handler = new PrometheusScrapeHandler(registry);
  }

  @Override
  public Answer answer(Question question) throws IOException {
    Scrape scrape = new Scrape(question);
    handler.handleRequest(scrape);
    return scrape.answer();
  }

  /** One scrape, written into memory; the port sends it. */
  private static final class Scrape
      implements PrometheusHttpExchange, PrometheusHttpRequest, PrometheusHttpResponse {
    private final Question question;
    private final Map<String, String> headers = new HashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int status = 500;

    Scrape(Question question) {
      this.question = question;
    }

    Answer answer() {
      return new Answer(status, headers, body.toByteArray());
    }

    @Override
    public PrometheusHttpRequest getRequest() {
      return this;
    }

    @Override
    public PrometheusHttpResponse getResponse() {
      return this;
    }

    @Override
    public void handleException(IOException e) throws IOException {
      throw e;
    }

    @Override
    public void handleException(RuntimeException e) {
      throw e;
    }

    @Override
    public String getQueryString() {
      return question.query();
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
      return Collections.enumeration(
          question.headers().getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }

    @Override
    public String getMethod() {
      return "GET";
    }

    @Override
    public String getRequestPath() {
      return question.path();
    }

    @Override
    public void setHeader(String name, String value) {
      headers.put(name, value);
    }

    @Override
    public OutputStream sendHeadersAndGetBody(int code, int length) {
      status = code;
      return body;
    }

    @Override
    public void close() {}
  }
}
