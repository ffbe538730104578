package io.ganglion.compiler.tune;

import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * The checkpoints of a run, in its directory. The latest and the best are kept. A file {@code
 * checkpoint} names the latest for TensorFlow. Not thread-safe.
 */
final class Checkpoints {
  private final Path directory;
  private RunState state;

  Checkpoints(Path directory, RunState state) {
    this.directory = directory;
    this.state = state;
  }

  RunState state() {
    return state;
  }

  /** Saves the session after {@code step} steps. */
  void save(TrainingSession session, int step) throws CompileException {
    String name = write(session, step);
    commit(state.withLatest(name));
  }

  /** Saves the session after {@code step} steps, with its evaluation. */
  void save(TrainingSession session, int step, Evaluation evaluation) throws CompileException {
    String name = write(session, step);
    commit(state.evaluated(name, evaluation));
  }

  /** Describes the newest complete checkpoint, for messages. */
  String lastGood() {
    String latest = state.latest();
    return latest == null
        ? "there is no checkpoint yet"
        : "the last good checkpoint is " + directory.resolve(latest);
  }

  private String write(TrainingSession session, int step) throws CompileException {
    String name = "model.ckpt-" + step;
    try {
      session.save(directory.resolve(name));
      return name;
    } catch (TensorFlowException e) {
      throw failed(name, e);
    }
  }

  private void commit(RunState next) throws CompileException {
    try {
      next.write(directory);
      state = next;
      Path list = directory.resolve("checkpoint.tmp");
      Files.writeString(list, "model_checkpoint_path: \"" + next.latest() + "\"\n");
      Files.move(list, directory.resolve("checkpoint"), StandardCopyOption.REPLACE_EXISTING);
      deleteOthers();
    } catch (IOException e) {
      throw failed(String.valueOf(next.latest()), e);
    }
  }

  private void deleteOthers() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "model.ckpt-*")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String prefix = name.replaceFirst("\\.(index|data-.*)$", "");
        boolean kept = prefix.equals(state.latest()) || prefix.equals(state.best());
        if (!kept && Files.isRegularFile(file)) {
          Files.delete(file);
        }
      }
    }
  }

  private CompileException failed(String name, Exception e) {
    String why =
        e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
    return new CompileException(
        "The checkpoint %s cannot be written in %s: %s; make room and run the same command again, %s."
            .formatted(name, directory, why, lastGood()),
        e);
  }
}
