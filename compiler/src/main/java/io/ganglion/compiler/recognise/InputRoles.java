package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.recognise.Recognised.Role;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the role of each input of a signature, and checks that it can be fed. */
final class InputRoles {
  private static final Set<ElementType> FED =
      EnumSet.of(ElementType.INT32, ElementType.INT64, ElementType.FLOAT, ElementType.BOOL);

  /** Most elements of one input: far more than a batch of the longest sequences has. */
  private static final double MAX_ELEMENTS = 1 << 22;

  private final CallableGraph source;
  private final Signature signature;

  InputRoles(CallableGraph source, Signature signature) {
    this.source = source;
    this.signature = signature;
  }

  Map<TensorRef, Role> of(EmbeddingsMatcher.Match embeddings, Set<TensorRef> masks) {
    Map<TensorRef, Role> roles = new LinkedHashMap<>();
    roles.put(embeddings.ids(), Role.TOKEN_IDS);
    TensorRef segments = embeddings.segmentIds();
    if (segments != null) {
      roles.put(segments, embeddings.oneSegment() ? Role.IGNORED : Role.SEGMENT_IDS);
    }
    for (TensorRef mask : masks) {
      roles.putIfAbsent(mask, Role.MASK);
    }
    roles.keySet().forEach(this::requireFed);
    if (masks.isEmpty()) {
      requireAnyLength(embeddings.ids());
    }
    for (Signature.Port port : signature.inputs().values()) {
      Node node = source.graph().node(port.flat());
      ElementType type = node.type("dtype");
      if (node.is("Placeholder") && type != null && FED.contains(type)) {
        roles.putIfAbsent(port.flat(), Role.IGNORED);
      }
    }
    roles.keySet().forEach(this::requireSensible);
    return roles;
  }

  /** The declared shape of an input; null if unknown. */
  private @Nullable List<Long> shape(TensorRef input) {
    for (Signature.Port port : signature.inputs().values()) {
      if (port.flat().equals(input) && port.known()) {
        return port.shape();
      }
    }
    return source.graph().node(input).shape();
  }

  private void requireSensible(TensorRef input) {
    List<Long> shape = shape(input);
    double elements = 1;
    for (long size : shape == null ? List.<Long>of() : shape) {
      elements *= Math.max(1, size);
    }
    if (elements > MAX_ELEMENTS) {
      throw new Misfit(
          source.graph().node(input), "its declared shape " + shape + " is too large to be fed");
    }
  }

  private void requireFed(TensorRef input) {
    Node node = source.graph().node(input);
    if (node.type("dtype") == ElementType.STRING) {
      throw new Misfit(
          node,
          "this input takes text, so that the tokenizer is a part of the model; export the"
              + " classifier alone, which takes token ids");
    }
    if (!source.topLevel().contains(node.name())) {
      throw new Misfit(node, "this input of the model cannot be fed from outside");
    }
  }

  /**
   * Requires variable-length inputs if there is no mask: the source would see padding, and with a
   * fixed length it cannot run without padding.
   */
  private void requireAnyLength(TensorRef ids) {
    List<Long> shape = shape(ids);
    if (shape != null && shape.size() == 2 && shape.get(1) > 0) {
      throw new Misfit(
          source.graph().node(ids),
          "there is no attention mask, so that the model reads the padding up to its fixed length "
              + shape.get(1)
              + "; export it with a mask or for any length");
    }
  }
}
