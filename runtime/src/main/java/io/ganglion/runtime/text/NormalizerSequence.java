package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Normalizers one after the other. */
record NormalizerSequence(List<Normalizer> steps) implements Normalizer {
  static final String TYPE = "Sequence";
  static final NormalizerSequence NONE = new NormalizerSequence(List.of());

  private static final String STEPS = "normalizers";

  NormalizerSequence {
    steps = List.copyOf(steps);
  }

  static NormalizerSequence read(JsonFields fields) throws TokenizerException {
    List<Normalizer> steps = new ArrayList<>();
    for (JsonFields step : fields.objects(STEPS)) {
      steps.add(Normalizers.read(step));
    }
    return new NormalizerSequence(steps);
  }

  @Override
  public CodePoints normalize(CodePoints text) {
    CodePoints normalized = text;
    for (Normalizer step : steps) {
      normalized = step.normalize(normalized);
    }
    return normalized;
  }

  @Override
  public boolean keepsAlphanumerics() {
    return steps.stream().allMatch(Normalizer::keepsAlphanumerics);
  }

  @Override
  public void describe(ObjectNode to) {
    ArrayNode list = to.putArray(STEPS);
    steps.forEach(step -> step.describe(list.addObject()));
    to.put("type", TYPE);
  }
}
