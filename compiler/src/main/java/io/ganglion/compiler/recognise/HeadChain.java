package io.ganglion.compiler.recognise;

import io.ganglion.compiler.model.Affine;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the steps of a head, last to first, and turns them into dense layers. A scale and shift
 * is folded into the dense layer before it, or else into the one after it, or else becomes a layer
 * of its own. Not thread-safe.
 */
final class HeadChain {
  /** One step of one kind. */
  private record Step(
      String name, @Nullable Dense dense, @Nullable Affine affine, @Nullable Activation function) {}

  /** Most elements of a diagonal kernel: as many as an array can hold. */
  private static final long MOST_ELEMENTS = Integer.MAX_VALUE;

  private final List<Step> steps = new ArrayList<>();

  boolean isEmpty() {
    return steps.isEmpty();
  }

  int size() {
    return steps.size();
  }

  /** Puts a dense layer before all others. */
  void addFirst(DenseMatcher.Match dense) {
    steps.add(0, new Step(dense.node().name(), dense.dense(), null, null));
  }

  void addFirst(AffineMatcher.Match affine) {
    steps.add(0, new Step(affine.input().node(), null, affine.affine(), null));
  }

  void addFirst(String name, Activation function) {
    steps.add(0, new Step(name, null, null, function));
  }

  /**
   * The dense layers, first to last.
   *
   * @param pools whether the first of them is BERT's pooler
   */
  List<HeadDense> layers(boolean pools) {
    List<HeadDense> layers = new ArrayList<>();
    Dense open = null;
    Affine waiting = null;
    for (Step step : steps) {
      if (step.dense != null) {
        if (open != null) {
          layers.add(new HeadDense(name(layers, pools), open, Activation.NONE));
        }
        open = waiting == null ? step.dense : before(waiting, step.dense);
        waiting = null;
      } else if (step.affine != null && open != null) {
        requireFit(step.affine, open.outputs());
        open = step.affine.after(open);
      } else if (step.affine != null) {
        waiting = waiting == null ? step.affine : joined(waiting, step.affine);
      } else if (step.function != null) {
        Dense dense = open != null ? open : alone(step, waiting, layers);
        layers.add(new HeadDense(name(layers, pools), dense, step.function));
        open = null;
        waiting = null;
      }
    }
    if (waiting != null) {
      open = alone(steps.get(steps.size() - 1), waiting, layers);
    }
    if (open != null) {
      layers.add(new HeadDense(name(layers, pools), open, Activation.NONE));
    }
    return layers;
  }

  private static String name(List<HeadDense> before, boolean pools) {
    int others = before.size() - (pools ? 1 : 0);
    return others < 0 ? HeadLayer.POOLER : "head." + others;
  }

  private static Dense alone(Step step, @Nullable Affine affine, List<HeadDense> before) {
    if (before.isEmpty()) {
      throw new Misfit("the head begins with " + step.name + " and not with BERT's pooler");
    }
    int width = before.get(before.size() - 1).dense().outputs();
    Affine alone = affine == null ? Affine.identity(step.name) : affine;
    requireFit(alone, width);
    if ((long) width * width > MOST_ELEMENTS) {
      throw new Misfit(step.name + " has " + width + " columns, more than a head can have");
    }
    return alone.alone(width);
  }

  private static Dense before(Affine affine, Dense dense) {
    requireFit(affine, dense.inputs());
    return affine.before(dense);
  }

  private static Affine joined(Affine first, Affine next) {
    requireFit(first, Math.max(first.width(), next.width()));
    requireFit(next, Math.max(first.width(), next.width()));
    return first.then(next);
  }

  private static void requireFit(Affine affine, int width) {
    if (!affine.fits(width)) {
      throw new Misfit(
          "the batch norm %s has %d columns where %d are"
              .formatted(affine.name(), affine.width(), width));
    }
  }
}
