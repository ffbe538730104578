package io.ganglion.loadgen;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;

/**
 * A line chart as SVG, drawn by hand so that the page needs nothing from elsewhere. The x axis may
 * be bent by a function; the y axis starts at 0.
 */
final class Chart {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 300;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 34;
  private static final int BOTTOM = 46;

  /** A mark on the x axis. */
  record Tick(double at, String text) {}

  /** A point of a line, in the units of the axes. */
  record Point(double x, double y) {}

  private record Line(String name, String style, List<Point> points) {}

  private final String xName;
  private final String yName;
  private final DoubleUnaryOperator bend;
  private final double fromX;
  private final double toX;
  private final List<Line> lines = new ArrayList<>();
  private List<Tick> ticks = List.of();

  Chart(String xName, String yName, double fromX, double toX, DoubleUnaryOperator bend) {
    this.xName = xName;
    this.yName = yName;
    this.bend = bend;
    this.fromX = bend.applyAsDouble(fromX);
    this.toX = Math.max(bend.applyAsDouble(toX), this.fromX + 1e-9);
  }

  Chart ticks(List<Tick> marks) {
    ticks = marks;
    return this;
  }

  /** Adds a line; the style is a class of the page's style sheet. */
  Chart line(String name, String style, List<Point> points) {
    lines.add(new Line(name, style, points));
    return this;
  }

  String svg() {
    double top = niceTop();
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s by %s\">\n"
            .formatted(WIDTH, HEIGHT, yName, xName));
    yAxis(svg, top);
    xAxis(svg);
    int legendX = LEFT;
    for (Line line : lines) {
      svg.append("<polyline class=\"line ").append(line.style()).append("\" points=\"");
      for (Point point : line.points()) {
        svg.append(number(x(point.x()))).append(',');
        svg.append(number(y(point.y(), top))).append(' ');
      }
      svg.append("\"/>\n");
      text(svg, legendX, TOP - 16, "legend " + line.style(), "● " + line.name());
      legendX += 24 + 7 * line.name().length();
    }
    return svg.append("</svg>\n").toString();
  }

  private void yAxis(StringBuilder svg, double top) {
    DoubleFunction<String> label =
        top < 10 ? v -> String.format(Locale.ROOT, "%.1f", v) : v -> String.format("%,.0f", v);
    for (int i = 0; i <= 4; i++) {
      double value = top * i / 4;
      double at = y(value, top);
      svg.append(
          "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>\n"
              .formatted(LEFT, WIDTH - RIGHT, number(at), number(at)));
      text(svg, LEFT - 8, at + 4, "label end", label.apply(value));
    }
    text(svg, WIDTH - RIGHT, TOP - 16, "label end", yName);
  }

  private void xAxis(StringBuilder svg) {
    for (Tick tick : ticks) {
      double at = x(tick.at());
      svg.append(
          "<line class=\"grid\" x1=\"%s\" x2=\"%s\" y1=\"%d\" y2=\"%d\"/>\n"
              .formatted(number(at), number(at), TOP, HEIGHT - BOTTOM));
      text(svg, at, HEIGHT - BOTTOM + 18, "label middle", tick.text());
    }
    text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "label middle", xName);
  }

  private static void text(StringBuilder svg, double x, double y, String style, String text) {
    svg.append(
        "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n"
            .formatted(style, number(x), number(y), escape(text)));
  }

  private double x(double value) {
    double part = (bend.applyAsDouble(value) - fromX) / (toX - fromX);
    return LEFT + part * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double value, double top) {
    return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
  }

  /** The next of 1, 2, 4, 6, 8, 10 times a power of ten above the highest value. */
  private double niceTop() {
    double highest = 0;
    for (Line line : lines) {
      for (Point point : line.points()) {
        highest = Math.max(highest, point.y());
      }
    }
    if (highest <= 0) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(highest)));
    for (int step : new int[] {1, 2, 4, 6, 8}) {
      if (highest <= step * power) {
        return step * power;
      }
    }
    return 10 * power;
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
