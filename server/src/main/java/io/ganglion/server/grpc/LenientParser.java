package io.ganglion.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Reads messages whose texts may be no UTF-8, by {@link WireText}. Slower than the generated
 * parser, and for what that has refused. For types that do not contain themselves. Stateless.
 */
final class LenientParser {
  private LenientParser() {}

  static void merge(CodedInputStream from, Message.Builder into) throws IOException {
    UnknownFieldSet.Builder others = UnknownFieldSet.newBuilder();
    for (int tag = from.readTag(); tag != 0; tag = from.readTag()) {
      FieldDescriptor field =
          into.getDescriptorForType().findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      if (field != null && isText(field, tag)) {
        add(into, field, WireText.of(from.readBytes()));
      } else if (field != null && isMessage(field, tag)) {
        Message.Builder inner = ((Message) into.getField(field)).toBuilder();
        merge(from.readBytes().newCodedInput(), inner);
        into.setField(field, inner.build());
      } else if (!others.mergeFieldFrom(tag, from)) {
        throw new InvalidProtocolBufferException("A group ends that has not begun.");
      }
    }
    ByteString rest = others.build().toByteString();
    into.mergeFrom(rest);
  }

  private static boolean isText(FieldDescriptor field, int tag) {
    return field.getType() == FieldDescriptor.Type.STRING && isDelimited(tag);
  }

  private static boolean isMessage(FieldDescriptor field, int tag) {
    return field.getType() == FieldDescriptor.Type.MESSAGE
        && !field.isRepeated()
        && isDelimited(tag);
  }

  private static boolean isDelimited(int tag) {
    return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  private static void add(Message.Builder into, FieldDescriptor field, String text) {
    if (field.isRepeated()) {
      into.addRepeatedField(field, text);
    } else {
      into.setField(field, text);
    }
  }
}
