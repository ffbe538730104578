package io.ganglion.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.model.ModelException;
import io.ganglion.bench.report.RowResult;
import io.ganglion.bench.report.RowResult.Measured;
import io.ganglion.bench.report.RowResult.NotRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private final List<String> order = new ArrayList<>();
  private final List<String> closed = new ArrayList<>();
  private final Map<String, Rows.Opener> rows = new LinkedHashMap<>();

  @Test
  void everyRoundRunsEachRowOnceAndStartsWithAnother() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      rows.put(name, () -> new Fake(name, Integer.MAX_VALUE));
    }
    List<RowResult> results = run(3);

    assertThat(order).containsExactly("a", "b", "c", "b", "c", "a", "c", "a", "b");
    assertThat(results).extracting(RowResult::name).containsExactly("a", "b", "c");
    assertThat(((Measured) results.get(0)).rates()).containsExactly(1.0, 2.0, 3.0);
    assertThat(closed).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void aRowThatCannotBeOpenedSaysWhyAndTheOthersGoOn() throws Exception {
    rows.put(
        "a",
        () -> {
          throw new ModelException("no such model");
        });
    rows.put("b", () -> new Fake("b", Integer.MAX_VALUE));

    assertThat(run(2)).first().isEqualTo(new NotRun("a", "no such model"));
    assertThat(order).containsExactly("b", "b");
  }

  @Test
  void aRowThatBreaksIsNotMeasuredByWhatItDidBefore() throws Exception {
    rows.put("a", () -> new Fake("a", 1));
    rows.put("b", () -> new Fake("b", Integer.MAX_VALUE));
    List<RowResult> results = run(3);

    assertThat(results.get(0)).isEqualTo(new NotRun("a", "broken: gone"));
    assertThat(((Measured) results.get(1)).rates()).hasSize(3);
    assertThat(closed).contains("a");
  }

  @Test
  void noRoundsMeasureNothing() throws Exception {
    rows.put("a", () -> new Fake("a", 0));

    assertThat(run(0)).containsExactly(new NotRun("a", "no round was asked for"));
  }

  @Test
  void processorTimeOverWallTimeIsTheCoresUsed() throws Exception {
    rows.put("a", () -> new Fake("a", Integer.MAX_VALUE));
    long start = System.nanoTime();
    Measured row = (Measured) run(1).get(0);
    double wholeRun = (System.nanoTime() - start) / 1e9;

    // The fake claims 100 s of processors for a turn that is over at once.
    assertThat(row.cores().median()).isGreaterThan(100 / wholeRun);
  }

  private List<RowResult> run(int rounds) throws InterruptedException {
    return new Rounds(rounds, 0, progress -> {}).run(rows);
  }

  /** Its rate is the number of the turn; it breaks after {@code turns}. */
  private final class Fake implements Contender {
    private final String name;
    private final int turns;
    private int turn;

    Fake(String name, int turns) {
      this.name = name;
      this.turns = turns;
    }

    @Override
    public String setting() {
      return "fake";
    }

    @Override
    public double measure(double seconds) throws EngineException {
      if (++turn > turns) {
        throw new EngineException("broken", new IOException("gone"));
      }
      order.add(name);
      return turn;
    }

    @Override
    public double processorSeconds() {
      return 100.0 * turn;
    }

    @Override
    public Answers answers() {
      return new Answers(1);
    }

    @Override
    public void close() {
      closed.add(name);
    }
  }
}
