package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.TensorRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** A model loaded into the TensorFlow of this process. Owned by one thread. */
final class LoadedModel implements AutoCloseable {
  static {
    TensorFlowProcess.prepare();
  }

  private final Session session;
  private final Runnable release;

  private LoadedModel(Session session, Runnable release) {
    this.session = session;
    this.release = release;
  }

  /** Loads a SavedModel and its variables, or a frozen GraphDef. */
  static LoadedModel open(Path source, List<String> tags) throws CompileException {
    try {
      return Files.isRegularFile(source) ? frozen(source) : savedModel(source, tags);
    } catch (TensorFlowException | IllegalArgumentException | IllegalStateException e) {
      throw new CompileException(
          "TensorFlow cannot load the model " + source + ": " + firstLine(e), e);
    }
  }

  private static LoadedModel savedModel(Path directory, List<String> tags) {
    SavedModelBundle bundle =
        TensorFlowProcess.silently(
            () -> SavedModelBundle.load(directory.toString(), tags.toArray(new String[0])));
    return new LoadedModel(bundle.session(), bundle::close);
  }

  private static LoadedModel frozen(Path file) throws CompileException {
    GraphDef def = FrozenGraphReader.parse(file);
    Graph graph = new Graph();
    try {
      TensorFlowProcess.silently(
          () -> {
            graph.importGraphDef(def);
            return graph;
          });
    } catch (TensorFlowException | IllegalArgumentException | IllegalStateException e) {
      graph.close();
      throw e;
    }
    Session session = new Session(graph);
    return new LoadedModel(
        session,
        () -> {
          session.close();
          graph.close();
        });
  }

  /** Runs once; gives all values of every fp32 tensor of {@code fetches}, row-major. */
  List<float[]> run(Map<TensorRef, SourceRunner.Feed> feeds, List<TensorRef> fetches)
      throws CompileException {
    Session.Runner runner = session.runner();
    List<Tensor> tensors = new ArrayList<>();
    try {
      for (Map.Entry<TensorRef, SourceRunner.Feed> feed : feeds.entrySet()) {
        Tensor tensor = tensor(feed.getValue());
        tensors.add(tensor);
        runner.feed(feed.getKey().node(), feed.getKey().port(), tensor);
      }
      fetches.forEach(fetch -> runner.fetch(fetch.node(), fetch.port()));
      try (Result result = TensorFlowProcess.silently(runner::run)) {
        List<float[]> copies = new ArrayList<>();
        for (int i = 0; i < fetches.size(); i++) {
          copies.add(values(fetches.get(i), result.get(i)));
        }
        return copies;
      }
    } catch (TensorFlowException | IllegalArgumentException | IllegalStateException e) {
      throw new CompileException("TensorFlow cannot run the source model: " + firstLine(e), e);
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  private static float[] values(TensorRef fetch, Tensor tensor) throws CompileException {
    if (!(tensor instanceof TFloat32 values)) {
      throw new CompileException("The source's tensor " + fetch + " is not fp32.");
    }
    float[] copy = new float[Math.toIntExact(values.size())];
    values.asRawTensor().data().asFloats().read(copy);
    return copy;
  }

  private static Tensor tensor(SourceRunner.Feed feed) throws CompileException {
    Shape shape = Shape.of(feed.shape());
    int[] values = feed.values();
    return switch (feed.type()) {
      case INT32 ->
          TInt32.tensorOf(shape, tensor -> tensor.asRawTensor().data().asInts().write(values));
      case INT64 ->
          TInt64.tensorOf(
              shape,
              tensor ->
                  tensor
                      .asRawTensor()
                      .data()
                      .asLongs()
                      .write(Arrays.stream(values).asLongStream().toArray()));
      case FLOAT ->
          TFloat32.tensorOf(
              shape, tensor -> tensor.asRawTensor().data().asFloats().write(reals(values)));
      case BOOL ->
          TBool.tensorOf(
              shape, tensor -> tensor.asRawTensor().data().asBooleans().write(truths(values)));
      default ->
          throw new CompileException(
              "The source has an input of type " + feed.type() + ", which cannot be fed.");
    };
  }

  private static float[] reals(int[] values) {
    float[] reals = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      reals[i] = values[i];
    }
    return reals;
  }

  private static boolean[] truths(int[] values) {
    boolean[] truths = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      truths[i] = values[i] != 0;
    }
    return truths;
  }

  private static String firstLine(Exception e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    // TensorFlow puts the name of every function that it was in before the message.
    return message.lines().findFirst().orElse(message).replaceAll("\\{\\{[^}]*}} ?", "");
  }

  @Override
  public void close() {
    release.run();
  }
}
