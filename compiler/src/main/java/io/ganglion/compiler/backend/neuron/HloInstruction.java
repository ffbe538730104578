package io.ganglion.compiler.backend.neuron;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.ganglion.compiler.CompileException;
import io.ganglion.core.nrt.NeuronType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * An instruction of the entry computation: its message without the literal. Literals are read and
 * rounded only when written, because all of them together may not fit the heap.
 *
 * @param fields the message without a literal
 * @param literal a constant's values; null for other instructions
 */
record HloInstruction(ByteString fields, @Nullable Literal literal) {
  private static final int CHUNK = 1 << 14;

  /** Reads the values of a literal. */
  @FunctionalInterface
  interface Values {
    float[] read() throws CompileException;
  }

  /** The values of a constant. */
  record Literal(Hlo.Shape shape, Values values) {
    private long payload() {
      return Math.multiplyExact(shape.elements(), shape.type().bytes());
    }

    private long size() {
      int field = Hlo.literalField(shape.type());
      return lengthDelimited(Hlo.LITERAL_SHAPE, shape.proto().size())
          + lengthDelimited(field, payload());
    }

    private void write(CodedOutputStream out) throws IOException, CompileException {
      out.writeBytes(Hlo.LITERAL_SHAPE, shape.proto());
      out.writeTag(Hlo.literalField(shape.type()), 2);
      out.writeUInt32NoTag(Math.toIntExact(payload()));
      float[] all = values.read();
      if (all.length != shape.elements()) {
        throw new CompileException(
            "A weight has " + all.length + " values where " + shape + " are due.");
      }
      NeuronType type = shape.type();
      float[] part = new float[CHUNK];
      ByteBuffer bytes = ByteBuffer.allocate(CHUNK * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      for (int at = 0; at < all.length; at += CHUNK) {
        int count = Math.min(CHUNK, all.length - at);
        System.arraycopy(all, at, part, 0, count);
        type.put(bytes.clear(), part, count);
        out.writeRawBytes(bytes.array(), 0, bytes.position());
      }
    }
  }

  /** Bytes of the message. */
  long size() {
    return fields.size() + (literal == null ? 0 : lengthDelimited(Hlo.LITERAL, literal.size()));
  }

  void write(CodedOutputStream out) throws IOException, CompileException {
    out.writeRawBytes(fields);
    if (literal != null) {
      out.writeTag(Hlo.LITERAL, 2);
      out.writeUInt32NoTag(Math.toIntExact(literal.size()));
      literal.write(out);
    }
  }

  /** Bytes of a length-delimited field, with its tag. */
  static long lengthDelimited(int field, long size) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt64SizeNoTag(size)
        + size;
  }
}
