package io.ganglion.compiler.verify;

import io.ganglion.cli.pairs.PairFile;
import io.ganglion.cli.pairs.PairFileException;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.compiler.sample.BuiltInPairs.Pair;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pairs on which a compiled model is compared with its source.
 *
 * @param pairs at least one
 * @param notes sentences about rows of the file that were left out
 */
record VerificationInputs(List<Pair> pairs, List<String> notes) {
  private static final int BUILT_IN = 64;
  private static final int MOST = 1024;

  VerificationInputs {
    pairs = List.copyOf(pairs);
    notes = List.copyOf(notes);
  }

  /** The built-in pairs, or the first pairs of a file. */
  static VerificationInputs of(@Nullable Path file) throws CompileException {
    if (file == null) {
      return new VerificationInputs(BuiltInPairs.of(BUILT_IN), List.of());
    }
    try {
      PairFile read = PairFile.read(file, MOST);
      return new VerificationInputs(
          read.rows().stream().map(row -> new Pair(row.textA(), row.textB())).toList(),
          read.notes());
    } catch (PairFileException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }
}
