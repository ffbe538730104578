package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.ElementType;
import java.nio.file.Path;

/**
 * An encoder in the two forms that TensorFlow-Neuron needs: the graph that was given to neuron-cc,
 * and the NEFF that it made. Inputs and output are those of {@link
 * io.ganglion.core.nrt.NeuronProgram}, with the output in fp32.
 */
public final class FusedEncoder {
  private final EncoderShape shape;
  private final WeightSource weights;
  private final Path neff;

  FusedEncoder(EncoderShape shape, WeightSource weights, Path neff) {
    this.shape = shape;
    this.weights = weights;
    this.neff = neff;
  }

  /** Writes the graph, a serialized GraphDef. */
  public void writeGraph(Path file) throws CompileException {
    GraphDefEmitter.emit(shape, weights, file);
  }

  public Path neff() {
    return neff;
  }

  /** The element type of the inputs. */
  public ElementType type() {
    return GraphDefOps.elementType(shape.type());
  }

  /** Number of rows. */
  public int batchSize() {
    return shape.batchSize();
  }

  /** Tokens in each row. */
  public int length() {
    return shape.length();
  }
}
