package io.ganglion.compiler.export;

/** A form in which a model leaves an artifact. */
public enum ExportFormat {
  /** A folder of transformers or sentence-transformers. */
  HUGGINGFACE,
  /** An ONNX file, with the tokenizer beside it. */
  ONNX,
  /** A SavedModel, with the tokenizer among its assets. */
  SAVEDMODEL
}
