package io.ganglion.compiler.rewrite;

import io.ganglion.compiler.pass.HoistMask;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The parts of a model that users know, with their scopes in the canonical graph. */
final class Units {
  /** The scope of everything but the head. */
  static final String MODEL = "bert";

  static final String EMBEDDINGS = MODEL + "/embeddings/";
  static final String ENCODER = MODEL + "/encoder/";
  static final String POOLER = MODEL + "/pooler/";
  static final String HEAD = "classifier/";

  /**
   * A part of a model.
   *
   * @param name its name in manifests
   * @param scope prefix of its nodes
   */
  record Unit(String name, String scope) {}

  private Units() {}

  static String layer(int index) {
    return layer(ENCODER, index);
  }

  /** The scope of a layer of an encoder that may have another scope. */
  static String layer(String encoder, int index) {
    return encoder + "layer_" + index + "/";
  }

  static String head(int index) {
    return HEAD + "dense_" + index + "/";
  }

  /** The scope of the output, such as that of a softmax. */
  static String output(String activation) {
    return activation.toLowerCase(Locale.ROOT) + "/";
  }

  /** All parts of a model, from its inputs to its answer. */
  static List<Unit> of(int layers, int heads, String activation) {
    List<Unit> units = new ArrayList<>();
    units.add(new Unit("embeddings", EMBEDDINGS));
    units.add(new Unit("mask", HoistMask.SCOPE));
    for (int i = 0; i < layers; i++) {
      units.add(new Unit("encoder." + i, layer(i)));
    }
    units.add(new Unit("pooler", POOLER));
    for (int i = 0; i < heads; i++) {
      units.add(new Unit("head." + i, head(i)));
    }
    units.add(new Unit(activation.toLowerCase(Locale.ROOT), output(activation)));
    return units;
  }
}
