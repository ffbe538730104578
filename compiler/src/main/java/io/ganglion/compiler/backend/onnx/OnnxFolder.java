package io.ganglion.compiler.backend.onnx;

import static io.ganglion.compiler.backend.onnx.OnnxFile.attribute;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.backend.huggingface.SettingFiles;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.EncoderForward;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.text.TokenizerSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Writes a model as {@code model.onnx} with the files beside it that say its labels and make its
 * tokens. Batch and length are free, and padding is masked. An embedding's rows leave the graph as
 * they are, and {@code modules.json} says how they are pooled. Used once, by one thread.
 */
public final class OnnxFolder {
  private final OnnxFile file = new OnnxFile();
  private final BertModel model;
  private final ModelDimensions dimensions;
  private final OnnxOperations ops;

  private OnnxFolder(BertModel model) {
    this.model = model;
    this.dimensions = model.dimensions();
    this.ops = new OnnxOperations(file, model);
  }

  /**
   * Writes the files into an existing folder.
   *
   * @param labels names of the answer's columns; none for an embedding
   * @param length most tokens of a text
   * @return what is not as in the model, a sentence each
   */
  public static List<String> write(
      Path folder,
      BertModel model,
      TokenizerSpec tokenizer,
      List<String> labels,
      int length,
      Progress progress)
      throws CompileException {
    boolean embedding = model.task().kind() == Task.Kind.SEQUENCE_EMBEDDING;
    if (embedding && !model.head().isEmpty()) {
      throw new CompileException(
          "An embedding with dense layers after its pooling has no place for them beside an ONNX"
              + " file; export it as huggingface.");
    }
    OnnxFolder onnx = new OnnxFolder(model);
    onnx.addModel();
    onnx.file.write(folder.resolve("model.onnx"), progress);
    return SettingFiles.write(folder, model, tokenizer, labels, length);
  }

  private void addModel() {
    String ids = file.input("input_ids");
    String tokens = file.input("attention_mask");
    String segments =
        dimensions.segments() > 1
            ? file.input("token_type_ids")
            : file.op("ConstantOfShape", List.of(file.op("Shape", List.of(ids))), OnnxFile.zero());
    EncoderForward<String> forward =
        new EncoderForward<>(dimensions, model.activation(), model.headLayers(), ops);
    String x = embedded(ids, segments);
    if (model.projection() != null) {
      x = ops.dense(x, "embeddings.projection", model.projection());
    }
    String wide = file.op("Unsqueeze", List.of(tokens, file.wholes(new long[] {1, 2}, 2)));
    String padding = file.op("Equal", List.of(wide, file.whole(0)));
    finish(forward, forward.encoder(x, padding));
  }

  private void finish(EncoderForward<String> forward, String rows) {
    switch (model.task().kind()) {
      case SEQUENCE_EMBEDDING -> {
        file.named("last_hidden_state", "Identity", List.of(rows));
        file.output("last_hidden_state", "batch", "length", dimensions.hiddenSize());
      }
      case TOKEN_CLASSIFICATION -> {
        file.named("logits", "Identity", List.of(forward.outputs(rows)));
        file.output("logits", "batch", "length", model.outputWidth());
      }
      case SEQUENCE_CLASSIFICATION -> {
        file.named("logits", "Identity", List.of(forward.outputs(pooled(rows))));
        file.output("logits", "batch", model.outputWidth());
      }
    }
  }

  private String pooled(String rows) {
    if (model.task().pooling() != Pooling.FIRST) {
      throw new IllegalStateException("Only first tokens are classified.");
    }
    return file.op("Gather", List.of(rows, file.whole(0)), attribute("axis", 1L));
  }

  private String embedded(String ids, String segments) {
    String words = gather(file.weight("embeddings.word", model.words()), ids);
    String kinds = gather(file.weight("embeddings.segment", model.segments()), segments);
    String positions = gather(file.weight("embeddings.position", model.positions()), counted(ids));
    String sum = ops.add(ops.add(words, kinds), positions);
    return ops.layerNorm(sum, WeightSchema.EMBEDDINGS_LAYER_NORM);
  }

  private String gather(String table, String rows) {
    return file.op("Gather", List.of(table, rows));
  }

  /** The first of 0, 1, 2, ..., as many as there are tokens. */
  private String counted(String ids) {
    String length =
        file.op(
            "Gather",
            List.of(file.op("Shape", List.of(ids)), file.wholes(new long[] {1}, 1)),
            attribute("axis", 0L));
    long[] all = LongStream.range(0, dimensions.maxPositions()).toArray();
    String one = file.wholes(new long[] {1}, 1);
    return file.op(
        "Slice",
        List.of(file.wholes(all, 1, all.length), file.wholes(new long[] {0}, 1), length, one, one));
  }
}
