package io.ganglion.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.ganglion.bench.report.RowResult.Measured;
import io.ganglion.bench.report.RowResult.NotRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run.
 *
 * @param machine facts about it
 * @param workload facts about the pairs and the model
 * @param yardstick of the pairs on the machine
 * @param rows in the order of the table
 */
public record Report(
    Map<String, Object> machine,
    Map<String, Object> workload,
    Yardstick yardstick,
    List<RowResult> rows) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Writes the JSON form. */
  public void write(Path file) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    List<Object> measured = new ArrayList<>();
    List<Object> missing = new ArrayList<>();
    for (RowResult row : rows) {
      if (row instanceof Measured done) {
        measured.add(rowJson(done));
      } else {
        missing.add(row);
      }
    }
    json.put("rows", measured);
    json.put("ratios", new Ratios(rows).all());
    json.put("agreement", agreements());
    json.put("not_run", missing);
    json.put("workload", workload);
    json.put("machine", machine);
    Files.write(file, JSON.writeValueAsBytes(json));
  }

  private Map<String, @Nullable Object> rowJson(Measured row) {
    double rate = row.spread().median();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", row.name());
    json.put("inferences_per_second", row.spread());
    json.put("tokens_per_second_per_core", yardstick.tokensPerCore(rate));
    json.put("cores_used", row.cores().median());
    json.put("of_peak", yardstick.ofPeak(RowNames.precision(row.name()), rate));
    json.put("of_roofline", ofRoofline(row));
    json.put("setting", row.setting());
    return json;
  }

  private @Nullable Double ofRoofline(Measured row) {
    String roofline = RowNames.roofline(row.name());
    return roofline == null ? null : new Ratios(rows).ratio(row.name(), roofline);
  }

  /** The agreement of every row that classifies with the source's answers. */
  private Map<String, Agreement> agreements() {
    Map<String, Agreement> agreements = new LinkedHashMap<>();
    Optional<Measured> source = measured(RowNames.TENSORFLOW);
    for (RowResult row : rows) {
      if (source.isPresent()
          && row instanceof Measured measured
          && !measured.name().equals(RowNames.TENSORFLOW)) {
        Agreement agreement = Agreement.of(source.get().answers(), measured.answers());
        if (agreement.pairs() > 0) {
          agreements.put(row.name(), agreement);
        }
      }
    }
    return agreements;
  }

  private Optional<Measured> measured(String name) {
    return rows.stream()
        .filter(row -> row.name().equals(name))
        .filter(Measured.class::isInstance)
        .map(Measured.class::cast)
        .findFirst();
  }

  /** The table, the ratios and the agreement, for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    machine.forEach((name, value) -> text.append(fact(name, value)));
    workload.forEach((name, value) -> text.append(fact(name, value)));
    addRows(text);
    addRatios(text);
    addAgreements(text);
    return text.toString();
  }

  /** A line of the header. */
  public static String fact(String name, Object value) {
    return String.format(Locale.ROOT, "%-14s %s%n", name, value);
  }

  private void addRows(StringBuilder text) {
    line(text, "");
    line(
        text,
        "%-31s %9s %9s %9s %9s %6s %6s %6s  %s",
        "inferences/s",
        "median",
        "min",
        "max",
        "tokens/s",
        "cores",
        "% of",
        "% of",
        "setting");
    line(text, "%61s %9s %6s %6s %6s", "", "per core", "used", "peak", "roof");
    for (RowResult row : rows) {
      if (row instanceof Measured measured) {
        addRow(text, measured);
      } else if (row instanceof NotRun missing) {
        line(text, "%-31s not run: %s", row.name(), missing.reason());
      }
    }
  }

  private void addRow(StringBuilder text, Measured row) {
    Spread spread = row.spread();
    double rate = spread.median();
    line(
        text,
        "%-31s %9.1f %9.1f %9.1f %9.0f %6.2f %6s %6s  %s",
        row.name(),
        rate,
        spread.min(),
        spread.max(),
        yardstick.tokensPerCore(rate),
        row.cores().median(),
        percent(yardstick.ofPeak(RowNames.precision(row.name()), rate)),
        percent(ofRoofline(row)),
        row.setting());
  }

  private static String percent(@Nullable Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.1f", 100 * share);
  }

  private void addRatios(StringBuilder text) {
    line(text, "");
    for (Map.Entry<String, @Nullable Double> ratio : new Ratios(rows).all().entrySet()) {
      Double value = ratio.getValue();
      line(text, "%-31s %9s", ratio.getKey(), value == null ? "-" : "%.3f".formatted(value));
    }
  }

  private void addAgreements(StringBuilder text) {
    Map<String, Agreement> agreements = agreements();
    if (agreements.isEmpty()) {
      line(text, "");
      line(text, "agreement unknown: it needs the row %s", RowNames.TENSORFLOW);
      return;
    }
    line(text, "");
    line(
        text,
        "%-31s %6s %11s %16s %12s",
        "agreement with the source",
        "pairs",
        "same label",
        "if margin > %.2f".formatted(Agreement.MARGIN),
        "max |dp|");
    agreements.forEach(
        (name, agreement) ->
            line(
                text,
                "%-31s %6d %10.1f%% %15.1f%% %12.2e",
                name,
                agreement.pairs(),
                100 * agreement.sameLabel(),
                100 * agreement.sameLabelDecided(),
                agreement.maxDifference()));
  }

  private static void line(StringBuilder text, String format, @Nullable Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
