package io.ganglion.compiler.source;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.model.BertModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A classifier as somebody holds it, read and understood. Its weights stay on disk until they are
 * asked for. Used by one thread.
 */
public interface Source {
  /**
   * Numbers of operators, constants and variables included.
   *
   * @param all in the source's graph
   * @param inference without what only training, naming and duplicate reshapes need
   */
  record GraphSize(int all, int inference) {}

  /** Where it lies: a file or a directory. */
  Path path();

  /** What it is. */
  BertModel model();

  /** What it answers. */
  Oracle oracle();

  /** The size of its graph; empty for a source that is none. */
  Optional<GraphSize> graphSize();

  /** The file of WordPieces that it brings, one a line; empty if it brings none. */
  Optional<Path> vocabulary() throws CompileException;

  /** The names of its labels, in order; empty if it does not name them. */
  Optional<List<String>> labels() throws CompileException;

  /** Names it by its content, hexadecimal: the same for the same files, wherever they lie. */
  default String digest(Progress progress) throws CompileException {
    return SourceDigest.of(path(), progress);
  }
}
