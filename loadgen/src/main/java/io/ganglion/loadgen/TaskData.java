package io.ganglion.loadgen;

import io.ganglion.cli.FailureException;
import io.ganglion.cli.pairs.Label;
import io.ganglion.cli.pairs.PairFile;
import io.ganglion.cli.pairs.PairRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Makes the questions of a task from the rows of a file. Stateless. */
final class TaskData {
  private TaskData() {}

  /**
   * The questions of a task that does not classify.
   *
   * @throws FailureException if a row does not fit the task; the message names its line
   */
  static PairSet of(Task task, PairFile file) {
    List<Question> questions =
        switch (task) {
          case CLASSIFY -> throw new IllegalArgumentException("needs the model's labels");
          case RERANK -> queries(file);
          case EMBED -> file.rows().stream().map(row -> compared(file, row)).toList();
          case TAG -> file.rows().stream().map(row -> tagged(file, row)).toList();
        };
    return new PairSet(file.name(), questions, file.notes());
  }

  /** A question for each query, with all of its documents, wherever they stand in the file. */
  private static List<Question> queries(PairFile file) {
    Map<String, List<PairRow>> byQuery = new LinkedHashMap<>();
    for (PairRow row : file.rows()) {
      byQuery.computeIfAbsent(row.textA(), query -> new ArrayList<>()).add(row);
    }
    List<Question> questions = new ArrayList<>();
    byQuery.forEach(
        (query, rows) ->
            questions.add(
                new RankedQuery(
                    query,
                    rows.stream().map(row -> second(file, row)).toList(),
                    file.labelled()
                        ? rows.stream().map(row -> number(file, row)).toList()
                        : List.of())));
    return questions;
  }

  private static Question compared(PairFile file, PairRow row) {
    String second = row.textB();
    if (second == null) {
      return new ComparedTexts(List.of(row.textA()), OptionalDouble.empty());
    }
    return new ComparedTexts(
        List.of(row.textA(), second),
        file.labelled() ? OptionalDouble.of(number(file, row)) : OptionalDouble.empty());
  }

  private static Question tagged(PairFile file, PairRow row) {
    if (row.textB() != null) {
      throw wrong(file, row, "a row has two texts, and --task tag takes one");
    }
    Label label = row.label();
    return new TaggedSentence(
        row.textA(),
        label == null
            ? null
            : label
                .spans()
                .orElseThrow(
                    () ->
                        wrong(
                            file,
                            row,
                            "the entities \"%s\" are not written as PER:0-4,LOC:15-21, or - for none"
                                .formatted(label.text()))));
  }

  private static String second(PairFile file, PairRow row) {
    String second = row.textB();
    if (second == null) {
      throw wrong(file, row, "--task rerank needs the columns query and document");
    }
    return second;
  }

  private static double number(PairFile file, PairRow row) {
    Label label = row.label();
    String text = label == null ? "" : label.text();
    return label == null
        ? 0
        : label.number().orElseThrow(() -> wrong(file, row, "\"%s\" is no number".formatted(text)));
  }

  private static FailureException wrong(PairFile file, PairRow row, String why) {
    return new FailureException("%s, line %d: %s.".formatted(file.name(), row.line(), why));
  }
}
