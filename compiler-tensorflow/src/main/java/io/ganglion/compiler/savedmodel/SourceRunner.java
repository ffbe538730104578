package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.TensorRef;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A model loaded into TensorFlow, which runs in a process of its own: a model that crashes it ends
 * that process and not this one. Owned by one thread.
 */
public final class SourceRunner implements AutoCloseable {
  private final TensorFlowChild child;
  private final int number;
  private final Path source;

  private SourceRunner(TensorFlowChild child, int number, Path source) {
    this.child = child;
    this.number = number;
    this.source = source;
  }

  /**
   * Integers to feed to an input.
   *
   * @param type the input's element type
   * @param shape sizes of the axes
   * @param values row-major values
   */
  @SuppressWarnings("ArrayRecordComponent") // made for one call, compared nowhere
  public record Feed(ElementType type, long[] shape, int[] values) {}

  /** Loads a SavedModel and its variables, or a frozen GraphDef. */
  public static SourceRunner open(Path source, List<String> tags) throws CompileException {
    TensorFlowChild child = TensorFlowChild.running();
    int number = child.nextNumber();
    child.ask(
        "loaded the model " + source,
        out -> RunnerMessages.writeOpen(out, number, source.toAbsolutePath().toString(), tags),
        in -> number);
    return new SourceRunner(child, number, source);
  }

  /** Runs once and returns all values of the fp32 tensor {@code fetch}, row-major. */
  public float[] run(Map<TensorRef, Feed> feeds, TensorRef fetch) throws CompileException {
    return run(feeds, List.of(fetch)).get(0);
  }

  /** Runs once and returns all values of the fp32 tensors {@code fetches}, row-major. */
  public List<float[]> run(Map<TensorRef, Feed> feeds, List<TensorRef> fetches)
      throws CompileException {
    return child.ask(
        "ran the model " + source,
        out -> RunnerMessages.writeRun(out, number, feeds, fetches),
        RunnerMessages::readResults);
  }

  /** Frees the model; the process stays for the next. */
  @Override
  public void close() {
    child.forget(number);
  }
}
