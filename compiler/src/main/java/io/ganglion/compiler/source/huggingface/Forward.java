package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.source.huggingface.Family.Part;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.text.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The forward pass of a folder's model in double precision, for some texts at once. It takes the
 * tensors as they lie in the folder and shares no step with what is compiled, so that it can judge
 * that. Used once, by one thread, which is helped by the common pool.
 */
final class Forward {
  private final FolderModel model;
  private final EncoderConfig config;
  private final List<TokenSequence> texts;

  /** The row of each text's first token, and the number of all rows at the end. */
  private final int[] starts;

  Forward(FolderModel model, List<TokenSequence> texts) {
    this.model = model;
    this.config = model.config().encoder();
    this.texts = texts;
    this.starts = new int[texts.size() + 1];
    for (int i = 0; i < texts.size(); i++) {
      starts[i + 1] = starts[i] + texts.get(i).length();
    }
  }

  /** What the head gives for each text: a row, or a row for each token, one after the other. */
  List<float[]> run(Runnable layerDone) throws CompileException {
    double[][] x = embedded();
    if (config.embedding() != config.hidden()) {
      x = dense(x, Family.PROJECTION, config.embedding(), config.hidden());
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      x = layer(x, layer);
      layerDone.run();
    }
    boolean tokens = model.head().task().pooling() == Pooling.NONE;
    double[][] y = tokens ? x : pooled(x);
    for (HeadPlan.Step step : model.head().steps()) {
      float[] kernel = step.kernel().read();
      double[] bias =
          step.offset().isPresent()
              ? doubles(step.offset().get().read())
              : new double[step.outputs()];
      y = Product.of(y, Product.transposed(kernel, step.outputs(), step.inputs()), bias);
      activate(y, step.activation());
    }
    return outputs(y, tokens);
  }

  private List<float[]> outputs(double[][] rows, boolean tokens) {
    List<float[]> outputs = new ArrayList<>();
    for (int text = 0; text < texts.size(); text++) {
      int first = tokens ? starts[text] : text;
      int end = tokens ? starts[text + 1] : text + 1;
      int width = rows[first].length;
      float[] values = new float[(end - first) * width];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) rows[first + i / width][i % width];
      }
      outputs.add(values);
    }
    return outputs;
  }

  private double[][] embedded() throws CompileException {
    int width = config.embedding();
    double[][] x = new double[starts[texts.size()]][width];
    addWords(x, width);
    addPositions(x, width);
    addSegments(x, width);
    normalize(x, Family.EMBEDDINGS_NORM, width);
    return x;
  }

  private void addWords(double[][] x, int width) throws CompileException {
    float[] words = model.weights().tensor(Family.WORDS, config.vocabulary(), width).read();
    for (int text = 0; text < texts.size(); text++) {
      int[] ids = texts.get(text).inputIds();
      for (int i = 0; i < ids.length; i++) {
        add(x[starts[text] + i], words, ids[i]);
      }
    }
  }

  private void addPositions(double[][] x, int width) throws CompileException {
    float[] rows = model.weights().tensor(Family.POSITIONS, config.positions(), width).read();
    for (int text = 0; text < texts.size(); text++) {
      for (int i = 0; i < texts.get(text).length(); i++) {
        add(x[starts[text] + i], rows, config.firstPosition() + i);
      }
    }
  }

  /** A model with one kind of segment has it for every token; one with none adds nothing. */
  private void addSegments(double[][] x, int width) throws CompileException {
    if (config.segments() == 0) {
      return;
    }
    float[] rows = model.weights().tensor(Family.SEGMENTS, config.segments(), width).read();
    for (int text = 0; text < texts.size(); text++) {
      int[] segments = texts.get(text).segmentIds();
      for (int i = 0; i < segments.length; i++) {
        add(x[starts[text] + i], rows, config.segments() == 1 ? 0 : segments[i]);
      }
    }
  }

  private static void add(double[] row, float[] table, int index) {
    for (int i = 0; i < row.length; i++) {
      row[i] += table[index * row.length + i];
    }
  }

  private double[][] layer(double[][] x, int layer) throws CompileException {
    int hidden = config.hidden();
    double[][] query = dense(x, name(layer, Part.QUERY), hidden, hidden);
    double[][] key = dense(x, name(layer, Part.KEY), hidden, hidden);
    double[][] value = dense(x, name(layer, Part.VALUE), hidden, hidden);
    double[][] context = attention(query, key, value);
    double[][] attended = dense(context, name(layer, Part.ATTENTION_OUTPUT), hidden, hidden);
    addAll(attended, x);
    normalize(attended, name(layer, Part.ATTENTION_NORM), hidden);
    double[][] wide =
        dense(attended, name(layer, Part.INTERMEDIATE), hidden, config.intermediate());
    activate(wide, config.activation());
    double[][] narrow = dense(wide, name(layer, Part.OUTPUT), config.intermediate(), hidden);
    addAll(narrow, attended);
    normalize(narrow, name(layer, Part.OUTPUT_NORM), hidden);
    return narrow;
  }

  private String name(int layer, Part part) {
    return config.family().layer(layer, part);
  }

  private double[][] dense(double[][] x, String name, int inputs, int outputs)
      throws CompileException {
    float[] kernel = model.weights().tensor(name + ".weight", outputs, inputs).read();
    float[] bias = model.weights().tensor(name + ".bias", outputs).read();
    return Product.of(x, Product.transposed(kernel, outputs, inputs), doubles(bias));
  }

  private double[][] attention(double[][] query, double[][] key, double[][] value) {
    double[][] context = new double[query.length][config.hidden()];
    int heads = config.heads();
    int size = config.hidden() / heads;
    each(
        texts.size() * heads,
        task -> {
          int text = task / heads;
          attend(query, key, value, context, starts[text], starts[text + 1], task % heads * size);
        });
    return context;
  }

  /** One head's attention within one text: the columns {@code from} and those behind it. */
  private void attend(
      double[][] query,
      double[][] key,
      double[][] value,
      double[][] context,
      int first,
      int end,
      int from) {
    int size = config.hidden() / config.heads();
    int length = end - first;
    double[][] keys = new double[size][length];
    for (int token = 0; token < length; token++) {
      for (int d = 0; d < size; d++) {
        keys[d][token] = key[first + token][from + d];
      }
    }
    double[] shares = new double[length];
    for (int token = first; token < end; token++) {
      java.util.Arrays.fill(shares, 0);
      Product.addRows(query[token], from, keys, 0, size, shares, 0, length);
      softmax(shares, Math.sqrt(size));
      Product.addRows(shares, 0, value, first, end, context[token], from, from + size);
    }
  }

  private static void softmax(double[] scores, double divisor) {
    double max = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      max = Math.max(max, score / divisor);
    }
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.exp(scores[i] / divisor - max);
      sum += scores[i];
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= sum;
    }
  }

  private static void addAll(double[][] x, double[][] other) {
    each(
        x.length,
        row -> {
          for (int i = 0; i < x[row].length; i++) {
            x[row][i] += other[row][i];
          }
        });
  }

  private void normalize(double[][] x, String name, int size) throws CompileException {
    float[] scale = model.weights().tensor(name + ".weight", size).read();
    float[] shift = model.weights().tensor(name + ".bias", size).read();
    each(x.length, row -> normalize(x[row], scale, shift));
  }

  private void normalize(double[] row, float[] scale, float[] shift) {
    double sum = 0;
    for (double value : row) {
      sum += value;
    }
    double mean = sum / row.length;
    double squares = 0;
    for (double value : row) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = Math.sqrt(squares / row.length + config.epsilon());
    for (int i = 0; i < row.length; i++) {
      row[i] = (row[i] - mean) / deviation * scale[i] + shift[i];
    }
  }

  private double[][] pooled(double[][] x) {
    double[][] rows = new double[texts.size()][];
    for (int text = 0; text < rows.length; text++) {
      double[] row = x[starts[text]].clone();
      switch (model.head().task().pooling()) {
        case FIRST, NONE -> {}
        case MEAN -> {
          for (int token = starts[text] + 1; token < starts[text + 1]; token++) {
            for (int i = 0; i < row.length; i++) {
              row[i] += x[token][i];
            }
          }
          for (int i = 0; i < row.length; i++) {
            row[i] /= starts[text + 1] - starts[text];
          }
        }
        case MAX -> {
          for (int token = starts[text] + 1; token < starts[text + 1]; token++) {
            for (int i = 0; i < row.length; i++) {
              row[i] = Math.max(row[i], x[token][i]);
            }
          }
        }
      }
      rows[text] = row;
    }
    return rows;
  }

  private static void activate(double[][] x, Activation activation) {
    if (activation != Activation.NONE) {
      each(
          x.length,
          row -> {
            for (int i = 0; i < x[row].length; i++) {
              x[row][i] = activate(x[row][i], activation);
            }
          });
    }
  }

  private static double activate(double x, Activation activation) {
    return switch (activation) {
      case NONE -> x;
      case TANH -> Math.tanh(x);
      case RELU -> Math.max(0, x);
      case SIGMOID -> sigmoid(x);
      case SILU -> x * sigmoid(x);
      case GELU_ERF -> x * 0.5 * (1 + Erf.of(x / Math.sqrt(2)));
      case GELU_TANH ->
          x * 0.5 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case GELU_SIGMOID -> x * sigmoid(1.702 * x);
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double[] doubles(float[] values) {
    double[] all = new double[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i];
    }
    return all;
  }

  private static void each(int count, IntConsumer work) {
    IntStream.range(0, count).parallel().forEach(work);
  }
}
