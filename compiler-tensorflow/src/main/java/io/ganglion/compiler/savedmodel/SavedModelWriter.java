package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** Writes {@code saved_model.pb}. The checkpoint beside it is written separately. */
public final class SavedModelWriter {
  private SavedModelWriter() {}

  /**
   * A text attribute of a node, with the bytes of a file. It need not fit the heap.
   *
   * @param node the node's name
   * @param attribute the attribute's name
   * @param contents the file with the value
   */
  public record FileAttribute(String node, String attribute, Path contents) {}

  /** Writes a graph with one signature, tagged "serve"; {@code init} runs after the restore. */
  public static void write(
      Path directory,
      Graph graph,
      Signature signature,
      Variables.@Nullable Saver saver,
      @Nullable String init)
      throws CompileException {
    write(directory, graph, signature, saver, init, List.of());
  }

  /** The same, with more attributes of the graph's nodes. */
  public static void write(
      Path directory,
      Graph graph,
      Signature signature,
      Variables.@Nullable Saver saver,
      @Nullable String init,
      List<FileAttribute> attributes)
      throws CompileException {
    MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();
    meta.getMetaInfoDefBuilder()
        .addTags("serve")
        .setTensorflowVersion("1.15.5")
        .setStrippedDefaultAttrs(false);
    meta.setGraphDef(GraphExporter.write(graph));
    meta.putSignatureDef(signature.name(), signature(signature));
    if (saver != null) {
      meta.setSaverDef(
          SaverDef.newBuilder()
              .setFilenameTensorName(saver.filename())
              .setSaveTensorName(saver.save())
              .setRestoreOpName(saver.restore())
              .setMaxToKeep(5)
              .setSharded(true)
              .setKeepCheckpointEveryNHours(10000)
              .setVersion(SaverDef.CheckpointFormatVersion.V2));
    }
    if (init != null) {
      meta.putCollectionDef(
          "saved_model_main_op",
          CollectionDef.newBuilder()
              .setNodeList(CollectionDef.NodeList.newBuilder().addValue(init))
              .build());
    }
    try {
      Files.createDirectories(directory);
      SavedModelFile.write(directory.resolve("saved_model.pb"), meta.build(), attributes);
    } catch (IOException e) {
      throw new CompileException(
          "The SavedModel " + directory + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static SignatureDef signature(Signature signature) {
    SignatureDef.Builder def = SignatureDef.newBuilder().setMethodName(signature.method());
    for (Map.Entry<String, Signature.Port> input : signature.inputs().entrySet()) {
      def.putInputs(input.getKey(), info(input.getValue()));
    }
    for (Map.Entry<String, Signature.Port> output : signature.outputs().entrySet()) {
      def.putOutputs(output.getKey(), info(output.getValue()));
    }
    return def.build();
  }

  private static TensorInfo info(Signature.Port port) {
    return TensorInfo.newBuilder()
        .setName(port.tensor().toString())
        .setDtypeValue(port.type().number())
        .setTensorShape(GraphExporter.shape(new Attribute.Shape(port.known(), port.shape())))
        .build();
  }
}
