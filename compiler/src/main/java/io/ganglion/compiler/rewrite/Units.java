package io.ganglion.compiler.rewrite;

import io.ganglion.compiler.pass.HoistMask;
import io.ganglion.runtime.model.HeadLayer;
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

  /** The name of a dense layer of the head, beside a model of this scope. */
  static String head(String model, String name) {
    return name.equals(HeadLayer.POOLER) ? model + "/pooler/dense" : HEAD + name;
  }

  /** The scope of the output, such as that of a softmax. */
  static String output(String activation) {
    return activation.toLowerCase(Locale.ROOT) + "/";
  }

  /** All parts of a model, from its inputs to its answer. */
  static List<Unit> of(int layers, List<HeadLayer> head, String activation) {
    List<Unit> units = new ArrayList<>();
    units.add(new Unit("embeddings", EMBEDDINGS));
    units.add(new Unit("mask", HoistMask.SCOPE));
    for (int i = 0; i < layers; i++) {
      units.add(new Unit("encoder." + i, layer(i)));
    }
    for (HeadLayer layer : head) {
      units.add(new Unit(layer.name(), head(MODEL, layer.name()) + "/"));
    }
    units.add(new Unit(activation.toLowerCase(Locale.ROOT), output(activation)));
    return units;
  }
}
