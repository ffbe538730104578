package io.ganglion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard and the alerts ask for metrics that the server has, in queries that parse. */
class MonitoringTest {
  private static final Path FOLDER = Path.of("monitoring");

  @Test
  void theDashboardAsksForMetricsThatTheServerHas() throws IOException {
    List<String> queries = new ArrayList<>();
    JsonNode dashboard = Yaml.file(FOLDER.resolve("dashboard.json"));
    dashboard.findValuesAsText("expr").forEach(queries::add);

    assertThat(queries).hasSizeGreaterThan(20);
    assertKnown(queries);
  }

  @Test
  void theAlertsAskForMetricsThatTheServerHas() throws IOException {
    List<String> queries = Yaml.file(FOLDER.resolve("alerts.yaml")).findValuesAsText("expr");

    assertThat(queries).hasSizeGreaterThan(5);
    assertKnown(queries);
  }

  @Test
  void everyAlertHasItsPlaceInTheRunbook() throws IOException {
    String runbook = Files.readString(Path.of("..", "docs", "operations.md"));

    assertThat(Yaml.file(FOLDER.resolve("alerts.yaml")).findValuesAsText("alert"))
        .allSatisfy(alert -> assertThat(runbook).contains("`" + alert + "`"));
  }

  @Test
  void panelsDoNotLieOverEachOther() throws IOException {
    Set<String> cells = new TreeSet<>();
    for (JsonNode panel : Yaml.file(FOLDER.resolve("dashboard.json")).withArray("panels")) {
      JsonNode place = panel.path("gridPos");
      for (int x = 0; x < place.path("w").asInt(); x++) {
        for (int y = 0; y < place.path("h").asInt(); y++) {
          int column = place.path("x").asInt() + x;
          assertThat(column).isLessThan(24);
          assertThat(cells.add(column + "," + (place.path("y").asInt() + y)))
              .as(panel.path("title").asText())
              .isTrue();
        }
      }
    }
  }

  private static void assertKnown(List<String> queries) throws IOException {
    Set<String> exported = ExportedMetrics.names();
    assertThat(queries)
        .allSatisfy(
            query -> {
              assertThat(Query.metrics(query)).as(query).isNotEmpty().isSubsetOf(exported);
              assertThat(Query.isBalanced(query)).as(query).isTrue();
            });
  }

  /** As much of PromQL as tells the names of metrics from everything else. */
  private static final class Query {
    private static final Pattern STRINGS = Pattern.compile("\"[^\"]*\"");
    private static final Pattern SELECTORS = Pattern.compile("\\{[^}]*}|\\[[^]]*]");
    private static final Pattern GROUPS =
        Pattern.compile("\\b(by|on|without|ignoring) *\\([^)]*\\)");
    private static final Pattern NAMES = Pattern.compile("[a-z_:][a-z0-9_:]*(?! *\\()");
    private static final Pattern FUNCTIONS = Pattern.compile("[a-z_][a-z0-9_]* *\\(");

    static Set<String> metrics(String query) {
      String rest = query;
      for (Pattern part : List.of(STRINGS, SELECTORS, GROUPS, FUNCTIONS)) {
        rest = part.matcher(rest).replaceAll(" ");
      }
      Set<String> found = new TreeSet<>();
      Matcher names = NAMES.matcher(rest.replaceAll("[0-9.]+", " "));
      while (names.find()) {
        found.add(names.group());
      }
      // sum by (pod) (...): the word before a group that was taken away
      found.removeAll(Set.of("sum", "avg", "max", "min", "count"));
      return found;
    }

    static boolean isBalanced(String query) {
      int open = 0;
      for (char c : STRINGS.matcher(query).replaceAll("").toCharArray()) {
        open += "({[".indexOf(c) >= 0 ? 1 : ")}]".indexOf(c) >= 0 ? -1 : 0;
        if (open < 0) {
          return false;
        }
      }
      return open == 0;
    }
  }
}
