package io.ganglion.compiler.backend.neuron;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.compiler.CompileException;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.core.nrt.NeuronType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the encoder as a frozen GraphDef with static shapes, the input of neuron-cc. */
final class GraphDefEmitter {
  private GraphDefEmitter() {}

  /** Writes the file and reads the weights meanwhile, one at a time. */
  static void emit(EncoderShape shape, WeightSource weights, Path file) throws CompileException {
    GraphDefOps program = new GraphDefOps(shape, weights);
    program.emit();
    GraphDefFile.write(file, program.graph(), program.weights());
    requireReadable(file);
  }

  private static void requireReadable(Path file) throws CompileException {
    try {
      if (Files.size(file) > Integer.MAX_VALUE) {
        throw new CompileException(
            "The graph has "
                + Files.size(file)
                + " bytes and its format ends at 2 GiB: compile it in float16.");
      }
    } catch (IOException e) {
      throw new CompileException("Cannot read the graph " + file + ": " + e, e);
    }
  }

  /**
   * The {@code --io-config} for neuron-cc: shapes and types of the inputs, names of the outputs.
   */
  static String ioConfig(EncoderShape shape) {
    String type = dtype(shape.type());
    Map<String, Object> inputs = new LinkedHashMap<>();
    inputs.put(
        NeuronProgram.EMBEDDINGS + ":0",
        List.of(List.of(shape.batchSize(), shape.length(), shape.hidden()), type));
    inputs.put(
        NeuronProgram.MASK_BIAS + ":0",
        List.of(List.of(shape.batchSize(), 1, 1, shape.length()), type));
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("inputs", inputs);
    config.put("outputs", List.of(NeuronProgram.LOGITS + ":0"));
    try {
      return new ObjectMapper().writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String dtype(NeuronType type) {
    return switch (type) {
      case FP32 -> "float32";
      case FP16 -> "float16";
      case BF16 -> "bfloat16";
    };
  }
}
