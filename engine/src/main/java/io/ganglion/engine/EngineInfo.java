package io.ganglion.engine;

import io.ganglion.api.ModelInfo;
import io.ganglion.engine.model.Ability;
import io.ganglion.engine.model.ModelFacts;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.runtime.model.ModelManifest;

/** Says what a model is. Stateless. */
final class EngineInfo {
  private EngineInfo() {}

  static ModelInfo of(ServedModel model) {
    ModelFacts facts = model.facts();
    ModelManifest manifest = facts.manifest();
    return new ModelInfo(
        facts.name(),
        facts.digest(),
        facts.version(),
        new ModelInfo.Task(
            switch (manifest.task().kind()) {
              case SEQUENCE_CLASSIFICATION -> ModelInfo.Kind.CLASSIFICATION;
              case SEQUENCE_EMBEDDING -> ModelInfo.Kind.EMBEDDING;
              case TOKEN_CLASSIFICATION -> ModelInfo.Kind.TAGGING;
            },
            switch (manifest.task().output()) {
              case SOFTMAX -> ModelInfo.Output.SOFTMAX;
              case SIGMOID -> ModelInfo.Output.SIGMOID;
              case IDENTITY -> ModelInfo.Output.IDENTITY;
              case L2_NORM -> ModelInfo.Output.L2_NORM;
            },
            manifest.task().labelled() ? 0 : manifest.outputWidth(),
            Ability.CLASSIFY.of(model) && model.takesPairs()),
        manifest.labels(),
        manifest.precision().toString(),
        manifest.sequenceLength(),
        facts.backend(),
        facts.cores(),
        Integer.MAX_VALUE,
        0);
  }
}
