package io.ganglion.compiler.source;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.runtime.text.TokenizerSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A model that was read from files and understood. Its weights stay on disk until they are needed.
 * Used by one thread.
 */
public interface Source {
  /**
   * Numbers of operators, including constants and variables.
   *
   * @param all number in the source's graph
   * @param inference number without those that serve only training, naming or repeated reshapes
   */
  record GraphSize(int all, int inference) {}

  /** Its path: a file or a directory. */
  Path path();

  /** The recognised model. */
  BertModel model();

  /** Runs the source itself. */
  Oracle oracle();

  /** The size of its graph; empty if the source is not a graph. */
  Optional<GraphSize> graphSize();

  /**
   * The tokenizer that the model was trained with; empty if neither the source nor the user has
   * one.
   *
   * @param given a file that the user names in place of the source's own; null for none
   * @param lowerCase whether texts are lower-cased, where the files do not say it
   */
  Optional<TokenizerSpec> tokenizer(@Nullable Path given, boolean lowerCase)
      throws CompileException;

  /** The names of its labels, in order; empty if it does not name them. */
  Optional<List<String>> labels() throws CompileException;

  /** Most tokens of a request, if the source says it apart from its shapes. */
  default OptionalInt usualLength() {
    return OptionalInt.empty();
  }

  /** A digest of its content, hexadecimal: the same for the same files in any place. */
  default String digest(Progress progress) throws CompileException {
    return SourceDigest.of(path(), progress);
  }
}
