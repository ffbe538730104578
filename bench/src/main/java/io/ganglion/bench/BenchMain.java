package io.ganglion.bench;

import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.model.ModelException;
import io.ganglion.cli.Shell;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.text.TokenizerException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Entry point of {@code bin/bench}. */
public final class BenchMain {
  private BenchMain() {}

  public static void main(String[] args) throws IOException {
    if (args.length > 0 && args[0].equals("jmh")) {
      org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    System.exit(run(args));
  }

  private static int run(String... args) {
    return new Shell(
            System.out,
            System.err,
            List.of(
                ModelException.class,
                EngineException.class,
                ArtifactException.class,
                TokenizerException.class))
        .run(new BenchCommand(), args);
  }
}
