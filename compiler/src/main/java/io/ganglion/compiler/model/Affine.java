package io.ganglion.compiler.model;

import java.util.List;

/**
 * {@code y = x * scale + shift}, column by column, as an inference batch norm computes it. It is
 * folded into the dense layer beside it, or becomes a dense layer with a diagonal kernel.
 * Immutable.
 */
public final class Affine {
  private final String name;
  private final double[] scale;
  private final double[] shift;

  private Affine(String name, double[] scale, double[] shift) {
    this.name = name;
    this.scale = scale;
    this.shift = shift;
  }

  /**
   * A scale and a shift.
   *
   * @param name its name in the source
   * @param scale one value for all columns, or one for each
   * @param shift one value for all columns, or one for each
   */
  public static Affine of(String name, double[] scale, double[] shift) {
    return new Affine(name, scale.clone(), shift.clone());
  }

  /** The identity. */
  public static Affine identity(String name) {
    return new Affine(name, new double[] {1}, new double[] {0});
  }

  /** Applies this, then {@code next}. */
  public Affine then(Affine next) {
    int width = Math.max(width(), next.width());
    require(width);
    next.require(width);
    double[] scales = new double[width];
    double[] shifts = new double[width];
    for (int i = 0; i < width; i++) {
      scales[i] = scale(i) * next.scale(i);
      shifts[i] = shift(i) * next.scale(i) + next.shift(i);
    }
    return new Affine(next.name, scales, shifts);
  }

  /** The dense layer followed by this. */
  public Dense after(Dense dense) {
    int outputs = dense.outputs();
    require(outputs);
    Weight kernel = dense.kernel();
    Weight bias = dense.bias();
    return new Dense(
        Weight.of(
            kernel.name(),
            kernel.shape(),
            () -> {
              float[] values = kernel.read();
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) (values[i] * scale(i % outputs));
              }
              return values;
            }),
        Weight.of(
            bias.name(),
            bias.shape(),
            () -> {
              float[] values = bias.read();
              for (int i = 0; i < outputs; i++) {
                values[i] = (float) (values[i] * scale(i) + shift(i));
              }
              return values;
            }));
  }

  /** The dense layer preceded by this. */
  public Dense before(Dense dense) {
    int outputs = dense.outputs();
    require(dense.inputs());
    Weight kernel = dense.kernel();
    Weight bias = dense.bias();
    return new Dense(
        Weight.of(
            kernel.name(),
            kernel.shape(),
            () -> {
              float[] values = kernel.read();
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) (values[i] * scale(i / outputs));
              }
              return values;
            }),
        Weight.of(
            bias.name(),
            bias.shape(),
            () -> {
              float[] values = kernel.read();
              float[] sums = bias.read();
              for (int column = 0; column < outputs; column++) {
                double sum = sums[column];
                for (int row = 0; row < dense.inputs(); row++) {
                  sum += shift(row) * values[row * outputs + column];
                }
                sums[column] = (float) sum;
              }
              return sums;
            }));
  }

  /** A dense layer that computes this exactly: its kernel is a diagonal. */
  public Dense alone(int width) {
    require(width);
    Weight kernel =
        Weight.of(
            name + "/scale",
            List.of(width, width),
            () -> {
              float[] values = new float[Math.multiplyExact(width, width)];
              for (int i = 0; i < width; i++) {
                values[i * width + i] = (float) scale(i);
              }
              return values;
            });
    Weight bias =
        Weight.of(
            name + "/shift",
            List.of(width),
            () -> {
              float[] values = new float[width];
              for (int i = 0; i < width; i++) {
                values[i] = (float) shift(i);
              }
              return values;
            });
    return new Dense(kernel, bias);
  }

  /** Its name in the source. */
  public String name() {
    return name;
  }

  /** Number of columns; 1 if all columns have the same scale and shift. */
  public int width() {
    return Math.max(scale.length, shift.length);
  }

  /** Whether it can be applied to this many columns. */
  public boolean fits(int width) {
    return (scale.length == 1 || scale.length == width)
        && (shift.length == 1 || shift.length == width);
  }

  private void require(int width) {
    if (!fits(width)) {
      throw new IllegalArgumentException(
          "The batch norm " + name + " has " + width() + " columns where " + width + " are.");
    }
  }

  private double scale(int column) {
    return scale[scale.length == 1 ? 0 : column];
  }

  private double shift(int column) {
    return shift[shift.length == 1 ? 0 : column];
  }
}
