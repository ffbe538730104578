package io.ganglion.compiler.model;

import io.ganglion.compiler.CompileException;
import java.util.Arrays;
import java.util.List;

/** A tensor of the source model. Its values are read each time they are asked for and not kept. */
public interface Weight {
  /** Reads all values as fp32. */
  @FunctionalInterface
  interface Reader {
    float[] read() throws CompileException;
  }

  /** Rows that are transposed together. */
  int BLOCK = 16;

  /** Its name in the source. */
  String name();

  /** Sizes of its axes. */
  List<Integer> shape();

  /** All values, row-major, a fresh array. */
  float[] read() throws CompileException;

  /** Number of values. */
  default int elements() {
    return shape().stream().reduce(1, Math::multiplyExact);
  }

  /** A tensor read by a function. */
  static Weight of(String name, List<Integer> shape, Reader reader) {
    List<Integer> sizes = List.copyOf(shape);
    return new Weight() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<Integer> shape() {
        return sizes;
      }

      @Override
      public float[] read() throws CompileException {
        return reader.read();
      }

      @Override
      public String toString() {
        return name + " " + sizes;
      }
    };
  }

  /** The same values in another shape of as many elements. */
  default Weight reshaped(List<Integer> shape) {
    int elements = shape.stream().reduce(1, Math::multiplyExact);
    if (elements != elements()) {
      throw new IllegalArgumentException(name() + " " + shape() + " cannot be taken as " + shape);
    }
    return of(name(), shape, this::read);
  }

  /** A matrix with rows and columns swapped. */
  default Weight transposed() {
    int rows = shape().get(0);
    int columns = shape().get(1);
    return of(
        name(),
        List.of(columns, rows),
        () -> {
          float[] from = read();
          float[] to = new float[from.length];
          // In blocks, because a whole column is in as many cache lines as it has rows.
          for (int top = 0; top < rows; top += BLOCK) {
            for (int column = 0; column < columns; column++) {
              for (int row = top; row < Math.min(rows, top + BLOCK); row++) {
                to[column * rows + row] = from[row * columns + column];
              }
            }
          }
          return to;
        });
  }

  /** Every value times {@code factor}. */
  default Weight scaled(float factor) {
    return factor == 1
        ? this
        : of(
            name(),
            shape(),
            () -> {
              float[] values = read();
              for (int i = 0; i < values.length; i++) {
                values[i] *= factor;
              }
              return values;
            });
  }

  /** A tensor of zeros. */
  static Weight zeros(String name, int size) {
    return of(name, List.of(size), () -> new float[size]);
  }

  /** Matrices or vectors with equally many rows, side by side. */
  static Weight beside(String name, List<Weight> parts) {
    boolean vector = parts.get(0).shape().size() == 1;
    int rows = vector ? 1 : parts.get(0).shape().get(0);
    int columns = parts.stream().mapToInt(part -> part.elements() / rows).sum();
    return of(
        name,
        vector ? List.of(columns) : List.of(rows, columns),
        () -> {
          float[] all = new float[Math.multiplyExact(rows, columns)];
          int start = 0;
          for (Weight part : parts) {
            float[] values = part.read();
            int width = values.length / rows;
            for (int row = 0; row < rows; row++) {
              System.arraycopy(values, row * width, all, row * columns + start, width);
            }
            start += width;
          }
          return all;
        });
  }

  /** Matrices with equally many columns, one below the other. */
  static Weight stacked(String name, List<Weight> parts) {
    int rows = parts.stream().mapToInt(part -> part.shape().get(0)).sum();
    int columns = parts.get(0).shape().get(1);
    return of(
        name,
        List.of(rows, columns),
        () -> {
          float[] all = new float[Math.multiplyExact(rows, columns)];
          int start = 0;
          for (Weight part : parts) {
            float[] values = part.read();
            System.arraycopy(values, 0, all, start, values.length);
            start += values.length;
          }
          return all;
        });
  }

  /** Some rows of a matrix, from row {@code first} on. */
  default Weight rows(int first, int count) {
    int columns = shape().get(1);
    if (first == 0 && count == shape().get(0)) {
      return this;
    }
    return of(
        name(),
        List.of(count, columns),
        () -> Arrays.copyOfRange(read(), first * columns, (first + count) * columns));
  }

  /** A matrix of which every row is row {@code row} of this one. */
  default Weight repeatingRow(int row) {
    int columns = shape().get(1);
    return of(
        name(),
        shape(),
        () -> {
          float[] values = read();
          float[] kept = Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
          for (int at = 0; at < values.length; at += columns) {
            System.arraycopy(kept, 0, values, at, columns);
          }
          return values;
        });
  }
}
