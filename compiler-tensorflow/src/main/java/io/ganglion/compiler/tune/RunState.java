package io.ganglion.compiler.tune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a run: which checkpoints are complete, and their evaluations. It is written after
 * the checkpoint that it names, so an interrupted run can always continue from the state on disk.
 *
 * @param settings settings of the run; only a run with the same settings may continue
 * @param latest file name prefix of the newest checkpoint
 * @param best file name prefix of the best checkpoint; null before the first evaluation
 * @param evaluations all evaluations so far, oldest first
 */
record RunState(
    String settings, @Nullable String latest, @Nullable String best, List<Evaluation> evaluations) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String FILE = "state.json";

  RunState {
    evaluations = List.copyOf(evaluations);
  }

  static RunState fresh(String settings) {
    return new RunState(settings, null, null, List.of());
  }

  /** The state in this directory; null if there is none. */
  static @Nullable RunState read(Path directory) throws CompileException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return MAPPER.readValue(Files.readString(file), RunState.class);
    } catch (JsonProcessingException e) {
      throw new CompileException(
          file + " is damaged; remove " + directory + " and train again.", e);
    } catch (IOException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  /** Replaces the state in this directory atomically. */
  void write(Path directory) throws IOException {
    Path fresh = directory.resolve(FILE + ".tmp");
    Files.writeString(fresh, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this));
    Files.move(
        fresh,
        directory.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  RunState withLatest(String name) {
    return new RunState(settings, name, best, evaluations);
  }

  /**
   * The state after an evaluation of the checkpoint {@code name}. If two are equal, the earlier one
   * stays best.
   */
  RunState evaluated(String name, Evaluation evaluation) {
    List<Evaluation> all = new ArrayList<>(evaluations);
    boolean better = all.stream().noneMatch(earlier -> earlier.accuracy() >= evaluation.accuracy());
    all.add(evaluation);
    return new RunState(settings, name, better ? name : best, all);
  }

  /** Number of steps that the newest checkpoint has behind it. */
  int stepsDone() {
    return latest == null ? 0 : Integer.parseInt(latest.substring(latest.lastIndexOf('-') + 1));
  }

  /** The evaluation of the best checkpoint. */
  Evaluation bestEvaluation() {
    return evaluations.stream()
        .reduce((a, b) -> b.accuracy() > a.accuracy() ? b : a)
        .orElseThrow(() -> new IllegalStateException("Nothing was evaluated. This is a bug."));
  }
}
