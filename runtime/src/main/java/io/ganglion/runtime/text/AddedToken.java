package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A token that is looked for in a text before the text is split into words.
 *
 * @param normalized whether it is looked for in the normalized text, in its own normalized form
 * @param leftStrip whether it takes the white space before it
 * @param rightStrip whether it takes the white space after it
 * @param singleWord whether no letter, mark or digit may stand beside it
 * @param special whether other tools leave it out when they make text of ids
 */
record AddedToken(
    int id,
    String content,
    boolean normalized,
    boolean leftStrip,
    boolean rightStrip,
    boolean singleWord,
    boolean special) {
  static AddedToken read(JsonFields fields) throws TokenizerException {
    AddedToken token =
        new AddedToken(
            fields.number("id", 0, Pieces.MAX - 1),
            fields.text("content"),
            fields.flag("normalized", true),
            fields.flag("lstrip", false),
            fields.flag("rstrip", false),
            fields.flag("single_word", false),
            fields.flag("special", false));
    fields.end();
    Pieces.requireLength(token.content, fields.where());
    return token;
  }

  void describe(ObjectNode to) {
    to.put("content", content).put("id", id).put("lstrip", leftStrip);
    to.put("normalized", normalized).put("rstrip", rightStrip);
    to.put("single_word", singleWord).put("special", special);
  }
}
