package io.ganglion.compiler.savedmodel;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.Weight;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** Reads a SavedModel's directory. Weights stay on disk until they are needed. */
public final class SavedModelReader {
  /** The file that makes a directory a SavedModel. */
  public static final String FILE = "saved_model.pb";

  private SavedModelReader() {}

  /** Reads a SavedModel's directory, or a frozen GraphDef. */
  public static SourceModel read(Path directory) throws CompileException {
    if (Files.isRegularFile(directory)) {
      return FrozenGraphReader.read(directory);
    }
    MetaGraphDef meta = choose(directory, parse(directory));
    GraphImporter.Imported imported = GraphImporter.read(meta.getGraphDef());
    Path prefix = directory.resolve("variables").resolve("variables");
    TensorBundle bundle = TensorBundle.exists(prefix) ? TensorBundle.open(prefix) : null;
    Map<String, Weight> checkpoint = bundle == null ? Map.of() : checkpoint(bundle);
    Set<String> topLevel = new LinkedHashSet<>();
    meta.getGraphDef().getNodeList().forEach(node -> topLevel.add(node.getName()));
    return new SourceModel(
        directory,
        List.copyOf(meta.getMetaInfoDef().getTagsList()),
        meta.getMetaInfoDef().getTensorflowVersion(),
        imported.graph(),
        signatures(meta, imported),
        VariableBinding.bind(
            imported.graph(),
            checkpoint,
            () -> bundle == null ? Map.of() : ObjectGraph.keys(bundle)),
        checkpoint,
        topLevel);
  }

  private static SavedModel parse(Path directory) throws CompileException {
    Path file = directory.resolve(FILE);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      // Mapped and aliased, so that a frozen model's weights stay off the heap.
      CodedInputStream in =
          UnsafeByteOperations.unsafeWrap(
                  channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()))
              .newCodedInput();
      in.enableAliasing(true);
      in.setSizeLimit(Integer.MAX_VALUE);
      return SavedModel.parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw new CompileException(
          file + " is damaged or no SavedModel: " + e.getMessage() + " Export it again.", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static MetaGraphDef choose(Path directory, SavedModel model) throws CompileException {
    for (MetaGraphDef meta : model.getMetaGraphsList()) {
      if (meta.getMetaInfoDef().getTagsList().equals(List.of("serve"))) {
        return meta;
      }
    }
    for (MetaGraphDef meta : model.getMetaGraphsList()) {
      if (meta.getSignatureDefCount() > 0) {
        return meta;
      }
    }
    if (model.getMetaGraphsCount() == 1) {
      return model.getMetaGraphs(0);
    }
    throw new CompileException(
        "The SavedModel "
            + directory
            + " has no graph tagged \"serve\" and none with a signature; export it for serving.");
  }

  private static List<Signature> signatures(MetaGraphDef meta, GraphImporter.Imported imported)
      throws CompileException {
    List<Signature> signatures = new ArrayList<>();
    Map<String, SignatureDef> sorted = new java.util.TreeMap<>(meta.getSignatureDefMap());
    for (Map.Entry<String, SignatureDef> entry : sorted.entrySet()) {
      SignatureDef def = entry.getValue();
      signatures.add(
          new Signature(
              entry.getKey(),
              def.getMethodName(),
              ports(entry.getKey(), def.getInputsMap(), imported),
              ports(entry.getKey(), def.getOutputsMap(), imported)));
    }
    return signatures;
  }

  private static Map<String, Signature.Port> ports(
      String signature, Map<String, TensorInfo> infos, GraphImporter.Imported imported)
      throws CompileException {
    Map<String, Signature.Port> ports = new LinkedHashMap<>();
    for (Map.Entry<String, TensorInfo> entry : infos.entrySet()) {
      TensorInfo info = entry.getValue();
      if (info.getName().isEmpty()) {
        continue;
      }
      try {
        TensorRef tensor = TensorRef.parse(info.getName());
        TensorRef flat = imported.resolve(tensor);
        if (imported.graph().find(flat.node()) == null) {
          throw new IllegalArgumentException(tensor + " is not in the graph");
        }
        ports.put(
            entry.getKey(),
            new Signature.Port(
                tensor,
                flat,
                ElementType.of(info.getDtypeValue()),
                !info.getTensorShape().getUnknownRank(),
                ProtoAttributes.shape(info.getTensorShape()).sizes()));
      } catch (IllegalArgumentException e) {
        throw new CompileException(
            "The tensor "
                + entry.getKey()
                + " of signature "
                + signature
                + " is wrong: "
                + e.getMessage(),
            e);
      }
    }
    return ports;
  }

  private static Map<String, Weight> checkpoint(TensorBundle bundle) throws CompileException {
    Map<String, Weight> weights = new LinkedHashMap<>();
    for (String key : bundle.keys()) {
      if (bundle.type(key).isReal()) {
        Weight weight = bundle.find(key);
        if (weight != null) {
          weights.put(key, weight);
        }
      }
    }
    return weights;
  }
}
