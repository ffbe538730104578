package io.ganglion.engine.model;

import io.ganglion.runtime.model.Task;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** What a model may be asked for. */
public enum Ability {
  /** Labels of a text or a pair. */
  CLASSIFY,
  /** Documents sorted by the score of a pair; needs a model with one label. */
  RERANK,
  /** Vectors of texts. */
  EMBED,
  /** Labels of tokens. */
  TAG;

  /** Whether the model has it. */
  public boolean of(ServedModel model) {
    Task.Kind kind = model.facts().manifest().task().kind();
    return switch (this) {
      case CLASSIFY -> kind == Task.Kind.SEQUENCE_CLASSIFICATION;
      case RERANK -> CLASSIFY.of(model) && model.labels().size() == 1 && model.takesPairs();
      case EMBED -> kind == Task.Kind.SEQUENCE_EMBEDDING;
      case TAG -> kind == Task.Kind.TOKEN_CLASSIFICATION;
    };
  }

  /**
   * Says why a model cannot answer a call, and which calls it can.
   *
   * @param call what was called
   * @param names the calls for an ability, as the caller knows them
   */
  public static String refusal(
      ServedModel model, String call, Function<Ability, List<String>> names) {
    List<String> answered =
        Arrays.stream(values())
            .filter(ability -> ability.of(model))
            .flatMap(ability -> names.apply(ability).stream())
            .toList();
    int last = answered.size() - 1;
    return "the model %s is for %s%s and cannot answer %s: call %s"
        .formatted(
            model.facts().name(),
            model.facts().manifest().task(),
            CLASSIFY.of(model) ? " with %d labels".formatted(model.labels().size()) : "",
            call,
            last == 0
                ? answered.get(0)
                : String.join(", ", answered.subList(0, last)) + " or " + answered.get(last));
  }
}
