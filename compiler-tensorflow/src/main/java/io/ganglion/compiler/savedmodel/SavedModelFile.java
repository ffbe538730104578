package io.ganglion.compiler.savedmodel;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.savedmodel.SavedModelWriter.FileAttribute;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/**
 * Writes a {@code saved_model.pb} with one meta graph. Attributes that are files are copied into
 * their messages, whose sizes are computed first.
 */
final class SavedModelFile {
  private static final int MAP_KEY = 1;
  private static final int MAP_VALUE = 2;
  private static final int SCHEMA_VERSION = 1;

  private final List<Large> nodes = new ArrayList<>();
  private final MetaGraphDef meta;
  private final GraphDef graph;

  /**
   * A node with attributes that are files.
   *
   * @param head its message without these attributes
   */
  private record Large(NodeDef head, List<FileAttribute> attributes) {
    long size() throws IOException {
      long size = head.getSerializedSize();
      for (FileAttribute attribute : attributes) {
        size += delimited(NodeDef.ATTR_FIELD_NUMBER, entrySize(attribute));
      }
      return size;
    }

    private static long entrySize(FileAttribute attribute) throws IOException {
      return CodedOutputStream.computeStringSize(MAP_KEY, attribute.attribute())
          + delimited(MAP_VALUE, valueSize(attribute));
    }

    private static long valueSize(FileAttribute attribute) throws IOException {
      return delimited(AttrValue.S_FIELD_NUMBER, Files.size(attribute.contents()));
    }

    void write(CodedOutputStream out) throws IOException {
      head.writeTo(out);
      for (FileAttribute attribute : attributes) {
        begin(out, NodeDef.ATTR_FIELD_NUMBER, entrySize(attribute));
        out.writeString(MAP_KEY, attribute.attribute());
        begin(out, MAP_VALUE, valueSize(attribute));
        begin(out, AttrValue.S_FIELD_NUMBER, Files.size(attribute.contents()));
        copy(attribute.contents(), out);
      }
    }
  }

  private SavedModelFile(MetaGraphDef meta, List<FileAttribute> attributes) {
    GraphDef.Builder rest = meta.getGraphDef().toBuilder().clearNode();
    for (NodeDef node : meta.getGraphDef().getNodeList()) {
      List<FileAttribute> ofNode =
          attributes.stream().filter(file -> file.node().equals(node.getName())).toList();
      if (ofNode.isEmpty()) {
        rest.addNode(node);
      } else {
        nodes.add(new Large(node, ofNode));
      }
    }
    this.meta = meta.toBuilder().clearGraphDef().build();
    this.graph = rest.build();
  }

  static void write(Path file, MetaGraphDef meta, List<FileAttribute> attributes)
      throws IOException, CompileException {
    new SavedModelFile(meta, attributes).write(file);
  }

  private long graphSize() throws IOException {
    long size = graph.getSerializedSize();
    for (Large node : nodes) {
      size += delimited(GraphDef.NODE_FIELD_NUMBER, node.size());
    }
    return size;
  }

  private void write(Path file) throws IOException, CompileException {
    long graphSize = graphSize();
    long metaSize =
        meta.getSerializedSize() + delimited(MetaGraphDef.GRAPH_DEF_FIELD_NUMBER, graphSize);
    if (metaSize + 16 > Integer.MAX_VALUE) {
      throw new CompileException(
          "The SavedModel "
              + file
              + " would have "
              + metaSize
              + " bytes and its format ends at 2 GiB: compile it in float16.");
    }
    try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file))) {
      CodedOutputStream out = CodedOutputStream.newInstance(stream, 1 << 16);
      out.writeInt64(SavedModel.SAVED_MODEL_SCHEMA_VERSION_FIELD_NUMBER, SCHEMA_VERSION);
      begin(out, SavedModel.META_GRAPHS_FIELD_NUMBER, metaSize);
      meta.writeTo(out);
      begin(out, MetaGraphDef.GRAPH_DEF_FIELD_NUMBER, graphSize);
      graph.writeTo(out);
      for (Large node : nodes) {
        begin(out, GraphDef.NODE_FIELD_NUMBER, node.size());
        node.write(out);
      }
      out.flush();
    }
  }

  /** The tag and the length of a message that follows. */
  private static void begin(CodedOutputStream out, int field, long size) throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(Math.toIntExact(size));
  }

  private static long delimited(int field, long size) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt64SizeNoTag(size)
        + size;
  }

  private static void copy(Path file, CodedOutputStream out) throws IOException {
    byte[] part = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      int read;
      while ((read = in.read(part)) >= 0) {
        out.writeRawBytes(part, 0, read);
      }
    }
  }
}
