package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.text.TokenSequence;
import java.util.ArrayList;
import java.util.List;

/** Runs a folder's model in double precision. */
final class DoubleOracle implements Oracle {
  /**
   * Tokens that go through a layer together. It bounds memory, and each layer's weights are read
   * once for so many.
   */
  private static final int TOKENS = 4096;

  private final FolderModel model;

  DoubleOracle(FolderModel model) {
    this.model = model;
  }

  @Override
  public String runtime() {
    return "double precision";
  }

  @Override
  public int fixedLength() {
    return 0;
  }

  @Override
  public Answers answer(List<TokenSequence> inputs, Progress progress) throws CompileException {
    List<float[]> outputs = new ArrayList<>();
    int layers = model.config().encoder().layers();
    while (outputs.size() < inputs.size()) {
      List<TokenSequence> part = part(inputs, outputs.size());
      int[] done = {outputs.size() * layers};
      outputs.addAll(
          new Forward(model, part)
              .run(
                  () -> {
                    done[0] += part.size();
                    progress.at(done[0], (long) inputs.size() * layers);
                  }));
    }
    OutputActivation activation = model.head().task().output();
    int width = width();
    return new Answers(
        outputs, outputs.stream().map(rows -> activation.apply(rows, width)).toList());
  }

  private static List<TokenSequence> part(List<TokenSequence> inputs, int from) {
    int end = from;
    int tokens = 0;
    while (end < inputs.size() && (end == from || tokens + inputs.get(end).length() <= TOKENS)) {
      tokens += inputs.get(end).length();
      end++;
    }
    return inputs.subList(from, end);
  }

  private int width() {
    List<HeadPlan.Step> steps = model.head().steps();
    return steps.isEmpty()
        ? model.config().encoder().hidden()
        : steps.get(steps.size() - 1).outputs();
  }
}
