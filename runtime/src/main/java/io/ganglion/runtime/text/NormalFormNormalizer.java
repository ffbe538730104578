package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Brings a text into one of Unicode's normal forms. */
record NormalFormNormalizer(NormalForm form) implements Normalizer {
  @Override
  public CodePoints normalize(CodePoints text) {
    return form.apply(text);
  }

  @Override
  public boolean keepsAlphanumerics() {
    return true;
  }

  @Override
  public void describe(ObjectNode to) {
    to.put("type", form.name());
  }
}
