package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Pre-tokenizers one after the other. */
record PreTokenizerSequence(List<PreTokenizer> steps) implements PreTokenizer {
  static final String TYPE = "Sequence";
  static final PreTokenizerSequence NONE = new PreTokenizerSequence(List.of());

  private static final String STEPS = "pretokenizers";

  PreTokenizerSequence {
    steps = List.copyOf(steps);
  }

  static PreTokenizerSequence read(JsonFields fields) throws TokenizerException {
    List<PreTokenizer> steps = new ArrayList<>();
    for (JsonFields step : fields.objects(STEPS)) {
      steps.add(PreTokenizers.read(step));
    }
    return new PreTokenizerSequence(steps);
  }

  @Override
  public Words split(Words words) {
    Words split = words;
    for (PreTokenizer step : steps) {
      split = step.split(split);
    }
    return split;
  }

  @Override
  public boolean keepsAlphanumerics() {
    return steps.stream().allMatch(PreTokenizer::keepsAlphanumerics);
  }

  @Override
  public boolean needsPlaces() {
    return steps.stream().anyMatch(PreTokenizer::needsPlaces);
  }

  @Override
  public void describe(ObjectNode to) {
    ArrayNode list = to.putArray(STEPS);
    steps.forEach(step -> step.describe(list.addObject()));
    to.put("type", TYPE);
  }
}
