package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.backend.cpu.ArtifactWeights;
import io.ganglion.compiler.backend.neuron.NeuronBackEnd;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.compiler.verify.Terms;
import io.ganglion.compiler.verify.Verification;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.TokenizerSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The model of a compilation, and what its trials share.
 *
 * @param model the recognised model
 * @param tokenizer what the texts are encoded with
 * @param manifests makes the manifest for a precision
 * @param calibration inputs that int8 is calibrated on
 * @param texts the texts of {@code gate}, a line each
 * @param gate inputs on which answers are compared
 * @param oracle name of the runtime that ran the source
 * @param answers the source's answers on {@code gate}
 * @param neuron compiles the kept model for NeuronCores too; null for the CPU alone
 */
record Subject(
    BertModel model,
    TokenizerSpec tokenizer,
    ManifestMaker manifests,
    List<TokenSequence> calibration,
    List<String> texts,
    List<TokenSequence> gate,
    String oracle,
    Oracle.Answers answers,
    @Nullable NeuronBackEnd neuron) {
  /** Makes a manifest for a precision, its exceptions and the tolerance of its golden answers. */
  @FunctionalInterface
  interface ManifestMaker {
    ModelManifest of(Precision precision, Map<String, Precision> kept, double tolerance)
        throws CompileException;
  }

  ArtifactWeights weights() {
    return ArtifactWeights.of(model);
  }

  /** What its answers are. */
  Terms terms() {
    return Terms.of(model.task(), model.outputWidth());
  }

  /** The spread of the source's answers on {@link #gate}: see {@link Verification#spread}. */
  double spread() {
    return compare(answers.answers()).spread().orElse(0);
  }

  /** How answers on {@link #gate} compare with the source's. */
  Verification compare(List<float[]> compiled) {
    return Verification.compare(answers.answers(), compiled, terms(), model.outputWidth());
  }
}
