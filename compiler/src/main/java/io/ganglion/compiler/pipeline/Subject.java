package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.backend.cpu.ArtifactWeights;
import io.ganglion.compiler.backend.neuron.NeuronBackEnd;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.compiler.verify.Verification;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.TokenizerSpec;
import java.util.ArrayList;
import java.util.Arrays;
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
 * @param gate inputs on which answers are compared
 * @param answers the source's answers on {@code gate}
 * @param neuron compiles the kept model for NeuronCores too; null for the CPU alone
 */
record Subject(
    BertModel model,
    TokenizerSpec tokenizer,
    ManifestMaker manifests,
    List<TokenSequence> calibration,
    List<TokenSequence> gate,
    Oracle.Answers answers,
    @Nullable NeuronBackEnd neuron) {
  /** Makes a manifest for a precision and its exceptions. */
  @FunctionalInterface
  interface ManifestMaker {
    ModelManifest of(Precision precision, Map<String, Precision> kept) throws CompileException;
  }

  ArtifactWeights weights() {
    return ArtifactWeights.of(model);
  }

  /** How answers on {@link #gate} compare with the source's. Labels of tokens are rows apart. */
  Verification compare(List<float[]> compiled, ModelManifest manifest) {
    int width = manifest.outputWidth();
    return Verification.compare(
        rows(answers.answers(), width),
        rows(compiled, width),
        manifest.task().output(),
        Verification.clearMargin(manifest.precision()));
  }

  private static List<float[]> rows(List<float[]> answers, int width) {
    List<float[]> rows = new ArrayList<>();
    for (float[] answer : answers) {
      for (int at = 0; at < answer.length; at += width) {
        rows.add(Arrays.copyOfRange(answer, at, at + width));
      }
    }
    return rows;
  }
}
