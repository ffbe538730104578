package io.ganglion.core.cpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/**
 * The numbers of a {@link DnnlTrial}, the same each time. A sum consists of pairs that cancel each
 * other. Pairs of floats are anywhere in the row, with magnitudes that differ a thousandfold. Pairs
 * of integers have one member in each half of the row, so that intermediate sums are too large for
 * a float: a kernel that leaves the integers would give another result. Immutable.
 */
final class TrialData {
  /** The factor of the tried row, where rows have one. */
  static final float FACTOR = 0.02f;

  private static final long SEED = 20_261_127;

  /** Size of the table of weights: a prime, so that no stride between two rows repeats soon. */
  private static final int TABLE = 1_021;

  private static final int MAGNITUDES = 6;

  /** The size of a sum's rounding errors, relative to its largest intermediate result. */
  private static final float REMNANT = 0x1p-20f;

  private final MatmulShape shape;
  private final int[] partners;
  private final byte[] row;
  private final byte[] poison;

  TrialData(MatmulShape shape) {
    this.shape = shape;
    Random random = new Random(SEED);
    int inputs = (int) shape.inputs();
    partners = shape.source() == DnnlType.U8 ? halves(inputs) : shuffled(inputs, random);
    row = new byte[partners.length * shape.source().bytes()];
    poison = new byte[row.length];
    fillRows(random);
  }

  /** The input row. */
  byte[] row() {
    return row;
  }

  /** A row of NaN, infinity and numbers that overflow; for integers, of the largest values. */
  byte[] poison() {
    return poison;
  }

  /** A row of the destination before the product. */
  byte[] before() {
    Random random = new Random(SEED + 1);
    byte[] before = new byte[(int) shape.outputs() * shape.destination().bytes()];
    ByteBuffer bytes = ByteBuffer.wrap(before).order(ByteOrder.nativeOrder());
    while (bytes.hasRemaining()) {
      put(bytes, shape.destination(), spread(random) * remnant());
    }
    return before;
  }

  /** One an output. */
  float[] bias() {
    Random random = new Random(SEED + 2);
    float[] bias = new float[(int) shape.outputs()];
    for (int i = 0; i < bias.length; i++) {
      bias[i] = spread(random) * remnant();
    }
    return bias;
  }

  /**
   * A scale for each output, for integer weights. It makes the rounding errors as large as an
   * activation.
   */
  float[] scales() {
    Random random = new Random(SEED + 3);
    float[] scales = new float[(int) shape.outputs()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (1 + random.nextFloat()) / 16;
    }
    return scales;
  }

  private float remnant() {
    return shape.source() == DnnlType.U8 ? 1 : REMNANT * (1 << MAGNITUDES);
  }

  /**
   * Writes the weights [inputs, outputs]: slices of one table, negated for the second of each pair.
   */
  void writeWeights(ByteBuffer target) {
    Random random = new Random(SEED + 4);
    int outputs = (int) shape.outputs();
    int width = shape.weights().bytes();
    byte[] table = new byte[(TABLE + outputs) * width];
    byte[] negated = new byte[table.length];
    ByteBuffer plus = ByteBuffer.wrap(table).order(ByteOrder.nativeOrder());
    ByteBuffer minus = ByteBuffer.wrap(negated).order(ByteOrder.nativeOrder());
    while (plus.hasRemaining()) {
      float value = value(random, shape.weights());
      put(plus, shape.weights(), value);
      put(minus, shape.weights(), -value);
    }
    for (int pair = 0; pair < partners.length; pair += 2) {
      int from = random.nextInt(TABLE) * width;
      copy(table, from, target, partners[pair]);
      if (pair + 1 < partners.length) {
        copy(negated, from, target, partners[pair + 1]);
      }
    }
  }

  private void copy(byte[] table, int from, ByteBuffer target, int input) {
    int bytes = (int) shape.outputs() * shape.weights().bytes();
    target.put(input * bytes, table, from, bytes);
  }

  private void fillRows(Random random) {
    DnnlType type = shape.source();
    ByteBuffer values = ByteBuffer.wrap(row).order(ByteOrder.nativeOrder());
    ByteBuffer bad = ByteBuffer.wrap(poison).order(ByteOrder.nativeOrder());
    float[] poisons = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f};
    for (int pair = 0; pair < partners.length; pair += 2) {
      // A value without a partner would hide the rounding errors of the others.
      float value = pair + 1 < partners.length ? value(random, type) : 0;
      for (int i = pair; i < Math.min(pair + 2, partners.length); i++) {
        values.position(partners[i] * type.bytes());
        put(values, type, value);
        bad.position(partners[i] * type.bytes());
        put(bad, type, type == DnnlType.U8 ? 255 : poisons[partners[i] % poisons.length]);
      }
    }
  }

  private static float value(Random random, DnnlType type) {
    return switch (type) {
      case U8 -> 192 + random.nextInt(64);
      case S8 -> 96 + random.nextInt(32);
      case F32, BF16 ->
          spread(random) * (1 << random.nextInt(MAGNITUDES)) / (1 << random.nextInt(MAGNITUDES));
    };
  }

  /** A random number from -1 to 1. */
  private static float spread(Random random) {
    return 2 * random.nextFloat() - 1;
  }

  private static void put(ByteBuffer target, DnnlType type, float value) {
    switch (type) {
      case F32 -> target.putFloat(value);
      case BF16 -> target.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
      case U8, S8 -> target.put((byte) (int) value);
    }
  }

  /** Pairs with one input in the first half and one in the second. */
  private static int[] halves(int inputs) {
    int[] order = new int[inputs];
    int pairs = inputs / 2;
    for (int i = 0; i < pairs; i++) {
      order[2 * i] = i;
      order[2 * i + 1] = pairs + i;
    }
    order[inputs - 1] = inputs - 1;
    return order;
  }

  /** The inputs in random order. Neighbours form pairs. */
  private static int[] shuffled(int inputs, Random random) {
    int[] order = new int[inputs];
    for (int i = 0; i < inputs; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
