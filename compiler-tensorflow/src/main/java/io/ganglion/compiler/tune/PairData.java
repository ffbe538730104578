package io.ganglion.compiler.tune;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.tune.pairs.TextPair;
import io.ganglion.runtime.text.Tokenizer;
import io.ganglion.runtime.text.TokenizerException;
import io.ganglion.runtime.text.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Encodes labelled text pairs for a model. */
final class PairData {
  private PairData() {}

  /** Reads a vocabulary. A bad one is reported as bad input. */
  static Vocabulary vocabulary(Path file) throws CompileException {
    try {
      return Vocabulary.read(file);
    } catch (TokenizerException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  /** Refuses a vocabulary whose size is not the model's. */
  static void requireFit(Vocabulary vocabulary, Path file, BertConfig config)
      throws CompileException {
    if (vocabulary.size() != config.vocabularySize()) {
      throw new CompileException(
          "The vocabulary %s has %d pieces and the configuration's vocab_size is %d: take the file"
                  .formatted(file, vocabulary.size(), config.vocabularySize())
              + " that came with the checkpoint.");
    }
  }

  /** Reads and encodes a file of GLUE's MRPC. */
  static List<Example> read(Path file, Tokenizer tokenizer) throws CompileException {
    List<Example> examples = new ArrayList<>();
    for (TextPair pair : PairTable.read(file)) {
      examples.add(new Example(tokenizer.encode(pair.textA(), pair.textB()), pair.label()));
    }
    return examples;
  }
}
