package io.ganglion.compiler.cli.tensorflow;

import io.ganglion.compiler.cli.Sizes;
import io.ganglion.compiler.tune.FreshStart;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for a model trained from scratch. */
final class ScratchOptions {
  /** Named sizes: layers x hidden size. */
  enum Size {
    TINY(2, 128, 2),
    MINI(4, 256, 4),
    SMALL(4, 512, 8),
    BASE(12, 768, 12);

    private final int layers;
    private final int hidden;
    private final int heads;

    Size(int layers, int hidden, int heads) {
      this.layers = layers;
      this.hidden = hidden;
      this.heads = heads;
    }
  }

  @Option(
      names = "--init-from-scratch",
      required = true,
      description = "Train a model without a checkpoint.")
  @SuppressWarnings("UnusedVariable") // only the flag's presence matters
  private boolean scratch;

  @Option(
      names = "--size",
      defaultValue = "tiny",
      description =
          "tiny (2 layers x 128), mini (4 x 256), small (4 x 512) or base (12 x 768). The options below change it.")
  private Size size = Size.TINY;

  @Option(names = "--layers", description = "Encoder layers.")
  private @Nullable Integer layers;

  @Option(names = "--hidden", description = "Hidden size, a multiple of the heads.")
  private @Nullable Integer hidden;

  @Option(names = "--heads", description = "Attention heads. Default: hidden size / 64.")
  private @Nullable Integer heads;

  @Option(names = "--intermediate", description = "Intermediate size. Default: 4 x hidden size.")
  private @Nullable Integer intermediate;

  @Option(
      names = "--dropout",
      defaultValue = "0.1",
      description = "Dropout of dense layers and attention.")
  private double dropout = 0.1;

  FreshStart start() {
    int width = hidden == null ? size.hidden : hidden;
    int defaultHeads = hidden == null ? size.heads : Math.max(1, width / 64);
    return new FreshStart(
        layers == null ? size.layers : layers,
        width,
        heads == null ? defaultHeads : heads,
        intermediate == null ? Sizes.intermediate(width) : intermediate,
        dropout);
  }
}
