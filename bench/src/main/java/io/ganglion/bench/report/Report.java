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
 * @param rows in the order of the table
 */
public record Report(
    Map<String, Object> machine, Map<String, Object> workload, List<RowResult> rows) {
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

  private static Map<String, Object> rowJson(Measured row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", row.name());
    json.put("inferences_per_second", row.spread());
    json.put("setting", row.setting());
    return json;
  }

  /** Of every row that classifies, with the source's answers. */
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
    machine.forEach((name, value) -> line(text, "%-14s %s", name, value));
    workload.forEach((name, value) -> line(text, "%-14s %s", name, value));
    addRows(text);
    addRatios(text);
    addAgreements(text);
    return text.toString();
  }

  private void addRows(StringBuilder text) {
    line(text, "");
    line(text, "%-31s %9s %9s %9s  %s", "inferences/s", "median", "min", "max", "setting");
    for (RowResult row : rows) {
      if (row instanceof Measured measured) {
        Spread spread = measured.spread();
        line(
            text,
            "%-31s %9.1f %9.1f %9.1f  %s",
            row.name(),
            spread.median(),
            spread.min(),
            spread.max(),
            measured.setting());
      } else if (row instanceof NotRun missing) {
        line(text, "%-31s not run: %s", row.name(), missing.reason());
      }
    }
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
