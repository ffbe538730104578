/**
 * Reads and writes the compiled-model format: manifest, safetensors, checksums, versions. Knows
 * nothing about gRPC, TensorFlow or native code.
 *
 * <p>A Neuron artifact, format version 2, is a directory:
 *
 * <pre>
 * manifest.json          what the model is, and every other file's size and sha256
 * weights.safetensors    the tensors of {@link io.ganglion.runtime.model.WeightSchema}
 * tokenizer.json         how texts become tokens: {@link io.ganglion.runtime.text.TokenizerSpec}
 * golden.safetensors     inputs with the source model's outputs
 * neuron/, saved_model/  MAY follow: programs for hardware, the graph for TensorFlow
 * </pre>
 *
 * <ul>
 *   <li>{@code manifest.json} MUST have {@code format} "ganglion-neuron-artifact" and an integer
 *       {@code format_version}; a reader MUST look at these two before all else. {@code model} is
 *       {@link io.ganglion.runtime.model.ModelManifest} in snake_case; {@code files} maps each
 *       file's name, with '/', to {@code bytes} and {@code sha256}. {@code manifest_sha256} comes
 *       last and is the sha256 of the manifest itself with these 64 digits as zeros. A field that a
 *       reader does not know MUST be refused, not skipped.
 *   <li>Every file MUST be listed, but names that begin with a dot and {@code lost+found} do not
 *       belong to the artifact and MUST be ignored.
 *   <li>A safetensors file is an unsigned 64-bit little-endian length N, N bytes of JSON that begin
 *       with '{' and MAY end with spaces, and the tensors: little-endian, row-major, without gap,
 *       overlap or rest. The header has at most 16 MiB; the types are F32, BF16, I8, I32. A writer
 *       pads the header so that the first tensor begins at a multiple of 64 bytes.
 *   <li>The weights MUST be the schema's tensors, all of them and no others. Scales of int8 tensors
 *       MUST be finite and above 0. An int8 matrix that reads a layer norm's result has a scale for
 *       each column of its input, and 127 steps SHOULD reach the input with and without the bias of
 *       the matrix that adds to the residual stream next, since a reader may quantize their sum;
 *       the input of any other is quantized token by token when it runs, and has no scale in the
 *       file.
 *   <li>The tokenizer MUST NOT have ids beyond the rows of the word embeddings, and a sequence MUST
 *       have room for its special tokens. A writer writes the normal form; a reader also takes the
 *       {@code tokenizer.json} of HuggingFace's tools.
 *   <li>{@code model.task} says what the model answers, from the rows that the encoder gives for
 *       its tokens. {@code kind} is "sequence_classification" (a score for each label),
 *       "sequence_embedding" (a vector) or "token_classification" (a score for each label, for each
 *       token). {@code pooling} makes the rows that the first layer of {@code model.head} reads:
 *       "first", "mean" or "max" one for each request, "none" all of them; special tokens count.
 *       {@code output} is applied to each row of the last layer: "softmax", "sigmoid", "identity",
 *       or "l2_norm" (length 1). {@code labels} name that row's columns; an embedding MUST NOT have
 *       any. The head MAY be empty: then the rows are the encoder's.
 *   <li>If {@code model.dimensions.embedding_size} is not the hidden size, the dense layer {@code
 *       embeddings.projection} follows the layer norm of the embeddings.
 *   <li>The golden set has {@code offsets} i32 [n + 1], {@code input_ids} i32 [tokens], {@code
 *       segment_ids} i32 [tokens], {@code outputs} fp32 [rows, width] before {@code output} is
 *       applied, with a row for each input or for each token: n at least 1, ids inside the tables,
 *       no input longer than the sequence length, outputs finite.
 *   <li>A writer MUST NOT show a half-written artifact: it writes beside the target and renames.
 *       The same input and flags MUST give the same bytes: no times, no host names.
 * </ul>
 */
@NullMarked
package io.ganglion.runtime.artifact;

import org.jspecify.annotations.NullMarked;
