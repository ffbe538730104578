package io.ganglion.loadgen;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A line chart as SVG, written directly so that the page needs nothing from outside. */
final class Chart {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 300;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 34;
  private static final int BOTTOM = 46;

  /**
   * Lines with at most this many points show each point. Otherwise a single point would be
   * invisible.
   */
  private static final int DOTS = 30;

  /** A point of a line, in units of the axes. */
  record Point(double x, double y) {}

  private record Line(String name, String style, List<Point> points) {}

  private final Axis x;
  private final Axis y;
  private final List<Line> lines = new ArrayList<>();

  Chart(Axis x, Axis y) {
    this.x = x;
    this.y = y;
  }

  /** Adds a line. The style is a class of the page's style sheet. */
  Chart line(String name, String style, List<Point> points) {
    lines.add(new Line(name, style, points));
    return this;
  }

  /** Adds a level to compare lines with. */
  Chart level(String name, double value) {
    return line(name, "level", List.of(new Point(x.from(), value), new Point(x.to(), value)));
  }

  String svg() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s by %s\">\n"
            .formatted(WIDTH, HEIGHT, escape(y.name()), escape(x.name())));
    yAxis(svg);
    xAxis(svg);
    int legendX = LEFT;
    for (Line line : lines) {
      draw(svg, line);
      text(svg, legendX, TOP - 16, "legend " + line.style(), "● " + line.name());
      legendX += 28 + 7 * line.name().length();
    }
    return svg.append("</svg>\n").toString();
  }

  private void draw(StringBuilder svg, Line line) {
    svg.append("<polyline class=\"line ").append(line.style()).append("\" points=\"");
    for (Point point : line.points()) {
      svg.append(number(across(point.x()))).append(',').append(number(up(point.y()))).append(' ');
    }
    svg.append("\"/>\n");
    if (line.points().size() <= DOTS && !line.style().equals("level")) {
      for (Point point : line.points()) {
        svg.append(
            "<circle class=\"dot %s\" cx=\"%s\" cy=\"%s\" r=\"3\"/>\n"
                .formatted(line.style(), number(across(point.x())), number(up(point.y()))));
      }
    }
  }

  private void yAxis(StringBuilder svg) {
    for (Axis.Tick tick : y.ticks()) {
      double at = up(tick.at());
      svg.append(
          "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>\n"
              .formatted(LEFT, WIDTH - RIGHT, number(at), number(at)));
      text(svg, LEFT - 8, at + 4, "label end", tick.text());
    }
    text(svg, WIDTH - RIGHT, TOP - 16, "label end", y.name());
  }

  private void xAxis(StringBuilder svg) {
    for (Axis.Tick tick : x.ticks()) {
      double at = across(tick.at());
      svg.append(
          "<line class=\"grid\" x1=\"%s\" x2=\"%s\" y1=\"%d\" y2=\"%d\"/>\n"
              .formatted(number(at), number(at), TOP, HEIGHT - BOTTOM));
      text(svg, at, HEIGHT - BOTTOM + 18, "label middle", tick.text());
    }
    text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "label middle", x.name());
  }

  private static void text(StringBuilder svg, double x, double y, String style, String text) {
    svg.append(
        "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n"
            .formatted(style, number(x), number(y), escape(text)));
  }

  private double across(double value) {
    return LEFT + x.part(value) * (WIDTH - LEFT - RIGHT);
  }

  private double up(double value) {
    return HEIGHT - BOTTOM - y.part(value) * (HEIGHT - TOP - BOTTOM);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
