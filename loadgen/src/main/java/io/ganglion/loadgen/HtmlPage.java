package io.ganglion.loadgen;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A page of a report, written from top to bottom. It needs no network and no script. */
final class HtmlPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1d2733; --dim: #5d6b7a; --rule: #d9dfe6;
        --page: #ffffff; --card: #f5f7f9; --one: #0b6bcb; --two: #c2410c; --bad: #b91c1c;
        --good: #15803d; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e6ebf1; --dim: #9aa8b7;
        --rule: #33404d; --page: #12181f; --card: #1b232c; --one: #5aa9f5; --two: #fb923c;
        --bad: #f87171; --good: #4ade80; } }
      body { margin: 0 auto; padding: 28px 20px 60px; max-width: 900px; color: var(--ink);
        background: var(--page); font: 15px/1.5 system-ui, sans-serif; }
      h1 { font-size: 21px; margin: 0 0 2px; } h2 { font-size: 16px; margin: 34px 0 6px; }
      p { margin: 2px 0; color: var(--dim); }
      p.sentence { color: var(--ink); font-size: 17px; margin: 10px 0; }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: 1px 14px; margin: 12px 0;
        font-size: 13px; color: var(--dim); } dt { font-weight: 600; } dd { margin: 0;
        overflow-wrap: anywhere; }
      .verdict { display: inline-block; min-width: 96px; text-align: center; padding: 1px 10px;
        border-radius: 4px; font-weight: 600; color: var(--page); }
      .valid { background: var(--good); } .invalid { background: var(--bad); }
      .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(130px, 1fr));
        gap: 10px; margin: 20px 0; }
      .figure { background: var(--card); border-radius: 6px; padding: 10px 14px; }
      .figure b { display: block; font-size: 20px; font-variant-numeric: tabular-nums; }
      .figure span { color: var(--dim); font-size: 13px; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { text-align: right; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--rule); }
      th { color: var(--dim); font-weight: 500; }
      th.text, td.text { text-align: left; }
      svg { width: 100%; height: auto; } .grid { stroke: var(--rule); }
      .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
      .line.one { stroke: var(--one); } .line.two { stroke: var(--two); }
      .line.bad { stroke: var(--bad); }
      .line.level { stroke: var(--dim); stroke-width: 1.5; stroke-dasharray: 6 4; }
      .dot.one { fill: var(--one); } .dot.two { fill: var(--two); } .dot.bad { fill: var(--bad); }
      text { font: 12px system-ui, sans-serif; fill: var(--dim); }
      text.one { fill: var(--one); } text.two { fill: var(--two); } text.bad { fill: var(--bad); }
      text.end { text-anchor: end; } text.middle { text-anchor: middle; }
      """;

  private final StringBuilder page = new StringBuilder();

  HtmlPage(String title) {
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
    page.append("<title>").append(Chart.escape(title)).append("</title>\n");
    page.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n");
    page.append("<h1>").append(Chart.escape(title)).append("</h1>\n");
  }

  HtmlPage heading(String text) {
    page.append("<h2>").append(Chart.escape(text)).append("</h2>\n");
    return this;
  }

  /** Adds the summary of the page. */
  HtmlPage sentence(String text) {
    page.append("<p class=\"sentence\">").append(Chart.escape(text)).append("</p>\n");
    return this;
  }

  HtmlPage paragraph(String text) {
    page.append("<p>").append(Chart.escape(text)).append("</p>\n");
    return this;
  }

  /** Adds a word in green or red, with an explanation. */
  HtmlPage verdict(boolean good, String word, String reasons) {
    page.append(
        "<p><span class=\"verdict %s\">%s</span> %s</p>\n"
            .formatted(good ? "valid" : "invalid", Chart.escape(word), Chart.escape(reasons)));
    return this;
  }

  HtmlPage verdict(Verdict verdict) {
    verdict(
        verdict.loadValid(),
        verdict.loadValid() ? "load VALID" : "load INVALID",
        String.join("; ", verdict.invalid()));
    verdict(
        verdict.serverOk(),
        verdict.serverOk() ? "server OK" : "server FAILED",
        String.join("; ", verdict.failed()));
    return paragraph(Verdict.MEANING);
  }

  HtmlPage provenance(Provenance provenance) {
    page.append("<dl>\n");
    provenance.forEach(
        (name, value) ->
            page.append(
                "<dt>%s</dt><dd>%s</dd>\n".formatted(Chart.escape(name), Chart.escape(value))));
    page.append("</dl>\n");
    return this;
  }

  HtmlPage beginFigures() {
    page.append("<div class=\"figures\">\n");
    return this;
  }

  HtmlPage figure(String name, String format, Object value) {
    page.append("<div class=\"figure\"><b>")
        .append(String.format(Locale.ROOT, format, value))
        .append("</b><span>")
        .append(Chart.escape(name))
        .append("</span></div>\n");
    return this;
  }

  HtmlPage endFigures() {
    page.append("</div>\n");
    return this;
  }

  HtmlPage chart(Chart chart) {
    page.append(chart.svg());
    return this;
  }

  /**
   * Adds a table.
   *
   * @param texts columns with text instead of figures, by their number from 0
   */
  HtmlPage table(Set<Integer> texts, List<String> names, List<List<String>> rows) {
    page.append("<table>\n");
    row("th", texts, names);
    rows.forEach(row -> row("td", texts, row));
    page.append("</table>\n");
    return this;
  }

  private void row(String tag, Set<Integer> texts, List<String> cells) {
    page.append("<tr>");
    for (int i = 0; i < cells.size(); i++) {
      page.append('<').append(tag).append(texts.contains(i) ? " class=\"text\">" : ">");
      page.append(Chart.escape(cells.get(i))).append("</").append(tag).append('>');
    }
    page.append("</tr>\n");
  }

  String end() {
    return page.append("</body>\n</html>\n").toString();
  }
}
