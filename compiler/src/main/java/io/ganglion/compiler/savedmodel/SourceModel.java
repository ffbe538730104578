package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.model.Weight;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model as it lies on disk, read but not yet understood.
 *
 * @param path the SavedModel's directory
 * @param tags of the graph that was chosen
 * @param tensorflowVersion that wrote it; empty if unknown
 * @param graph flat, functions inlined
 * @param signatures ways to call it
 * @param variables by the name of their node, for those that the checkpoint holds
 * @param checkpointKeys every tensor of the checkpoint
 * @param topLevel names of the nodes that stand in the file's own graph, not inside a function
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
