package io.ganglion.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The outcome of a run over numbers of cores.
 *
 * @param machine facts about it
 * @param workload facts about the pairs and the model
 * @param tables one a precision
 */
public record ScalingReport(
    Map<String, Object> machine, Map<String, Object> workload, List<ScalingTable> tables) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public ScalingReport {
    tables = List.copyOf(tables);
  }

  /** The facts and the tables, for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    machine.forEach((name, value) -> text.append(Report.fact(name, value)));
    workload.forEach((name, value) -> text.append(Report.fact(name, value)));
    tables.forEach(table -> text.append(table.text()));
    return text.toString();
  }

  /** Writes the JSON form. */
  public void write(Path file) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    tables.forEach(table -> json.put(table.precision().toString(), table.json()));
    json.put("workload", workload);
    json.put("machine", machine);
    Files.write(file, JSON.writeValueAsBytes(json));
  }
}
