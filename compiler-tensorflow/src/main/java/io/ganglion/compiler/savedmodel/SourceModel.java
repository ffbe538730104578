package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.model.Weight;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model that was read from disk but not yet recognised.
 *
 * @param path the SavedModel's directory
 * @param tags tags of the chosen graph
 * @param tensorflowVersion version of TensorFlow that wrote it; empty if unknown
 * @param graph flat graph with inlined functions
 * @param signatures ways to call it
 * @param variables variables that the checkpoint holds, by the name of their node
 * @param checkpointKeys keys of all tensors in the checkpoint
 * @param topLevel names of the nodes in the file's main graph, not inside a function
 */
public record SourceModel(
    Path path,
    List<String> tags,
    String tensorflowVersion,
    Graph graph,
    List<Signature> signatures,
    Map<String, Weight> variables,
    Map<String, Weight> checkpointKeys,
    Set<String> topLevel) {}
