package io.ganglion.compiler.backend.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.backend.neuron.FusedEncoder;
import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.pass.GraphPass.Program;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.savedmodel.SavedModelWriter.FileAttribute;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.runtime.model.ModelManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Writes a compiled model for TensorFlow-Neuron 1.15: the host's part of a {@link NeuronGraph}, and
 * a {@code NeuronOp} in place of encoder, pooler and head. The operator holds the NEFF and the
 * graph that it was compiled from. Other versions of TensorFlow do not know it. Its attributes are
 * those of aws-neuron-tensorflow, runtime/ops/neuron_op.cc.
 */
public final class NeuronOpSavedModel {
  /** The name of the NeuronOp's node. */
  static final String NODE = "neuron_op";

  private static final long LEAST_TIMEOUT_SECONDS = 10;
  private static final long BYTES_A_SECOND = 100_000_000;

  private final NeuronGraph neuron;
  private final ModelManifest manifest;
  private final FusedEncoder encoder;
  private final long neffBytes;

  private NeuronOpSavedModel(
      NeuronGraph neuron, ModelManifest manifest, FusedEncoder encoder, long neffBytes) {
    this.neuron = neuron;
    this.manifest = manifest;
    this.encoder = encoder;
    this.neffBytes = neffBytes;
  }

  /** Writes the SavedModel. The directory must not exist. */
  public static void write(
      Path directory,
      NeuronGraph neuron,
      ModelManifest manifest,
      FusedEncoder encoder,
      Progress progress)
      throws CompileException {
    if (encoder.length() != manifest.sequenceLength()) {
      throw new IllegalArgumentException(
          encoder.length() + " tokens where the model takes " + manifest.sequenceLength());
    }
    Path encoderGraph = directory.resolveSibling(directory.getFileName() + ".graph.tmp");
    try {
      encoder.writeGraph(encoderGraph);
      NeuronOpSavedModel model =
          new NeuronOpSavedModel(neuron, manifest, encoder, Files.size(encoder.neff()));
      NeuronSavedModel.write(
          directory,
          model.program(),
          manifest.labels().size(),
          List.of(
              new FileAttribute(NODE, "graph_def", encoderGraph),
              new FileAttribute(NODE, "executable", encoder.neff())),
          progress);
    } catch (IOException e) {
      throw new CompileException("Cannot write the SavedModel " + directory + ": " + e, e);
    } finally {
      delete(encoderGraph);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It is deleted with the artifact's work directory.
    }
  }

  private Program program() {
    GraphBuilder core = new GraphBuilder();
    TensorRef logits = add(core, neuron.embeddings(), neuron.maskBias());
    return neuron.around(List.copyOf(core.build().nodes()), logits);
  }

  private TensorRef add(GraphBuilder graph, TensorRef embeddings, TensorRef maskBias) {
    Attribute inputType = Attribute.type(encoder.type());
    long batch = encoder.batchSize();
    long length = encoder.length();
    long hidden = manifest.dimensions().hiddenSize();
    return graph.op(
        NODE,
        "NeuronOp",
        GraphBuilder.attributes(
            "input_names",
            names(NeuronProgram.EMBEDDINGS, NeuronProgram.MASK_BIAS),
            "input_dtypes",
            new Attribute.Many(List.of(inputType, inputType)),
            "input_shapes",
            new Attribute.Many(List.of(shape(batch, length, hidden), shape(batch, 1, 1, length))),
            // Axis 0 is the batch: the runtime splits and pads what a caller gives.
            "input_batch_axis",
            integers(0, 0),
            "output_names",
            names(NeuronProgram.LOGITS),
            "output_dtypes",
            new Attribute.Many(List.of(Attribute.type(ElementType.FLOAT))),
            "output_shapes",
            new Attribute.Many(List.of(shape(batch, manifest.labels().size()))),
            "output_batch_axis",
            integers(0),
            "model_config",
            modelConfig()),
        cast(graph, "embeddings", embeddings),
        cast(graph, "mask", maskBias));
  }

  /**
   * Four numbers: cores of all operators (no longer read), cores of this one, most copies, and
   * seconds to load.
   */
  private Attribute modelConfig() {
    return integers(-1, 1, 1, Math.max(LEAST_TIMEOUT_SECONDS, neffBytes / BYTES_A_SECOND));
  }

  private TensorRef cast(GraphBuilder graph, String name, TensorRef value) {
    if (encoder.type() == ElementType.FLOAT) {
      return value;
    }
    return new GraphOps(graph).cast(NODE + "/" + name, value, ElementType.FLOAT, encoder.type());
  }

  private static Attribute names(String... names) {
    return new Attribute.Many(
        Stream.of(names).<Attribute>map(name -> new Attribute.Text(name + ":0")).toList());
  }

  private static Attribute integers(long... values) {
    return new Attribute.Many(
        LongStream.of(values).<Attribute>mapToObj(Attribute.Int::new).toList());
  }

  private static Attribute shape(long... sizes) {
    return new Attribute.Shape(true, LongStream.of(sizes).boxed().toList());
  }
}
