package io.ganglion.compiler.savedmodel;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ganglion.compiler.CompileException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/**
 * Reads the object graph in a TensorFlow 2 checkpoint. It gives the key, a path of attributes, that
 * holds the variable with a name.
 */
final class ObjectGraph {
  private static final String KEY = "_CHECKPOINTABLE_OBJECT_GRAPH";

  private ObjectGraph() {}

  /** Keys by the names of variables, without names that two variables share. */
  static Map<String, String> keys(TensorBundle bundle) throws CompileException {
    byte[] bytes = bundle.findText(KEY);
    if (bytes == null) {
      return Map.of();
    }
    Map<String, String> keys = new HashMap<>();
    Set<String> twice = new HashSet<>();
    for (TrackableObjectGraph.TrackableObject object : parse(bytes).getNodesList()) {
      for (var tensor : object.getAttributesList()) {
        String before = keys.put(tensor.getFullName(), tensor.getCheckpointKey());
        if (before != null && !before.equals(tensor.getCheckpointKey())) {
          twice.add(tensor.getFullName());
        }
      }
    }
    keys.keySet().removeAll(twice);
    return keys;
  }

  private static TrackableObjectGraph parse(byte[] bytes) throws CompileException {
    try {
      return TrackableObjectGraph.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new CompileException(
          "The checkpoint's tensor " + KEY + " is damaged; copy or export the model again.", e);
    }
  }
}
