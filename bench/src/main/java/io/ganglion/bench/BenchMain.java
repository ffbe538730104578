package io.ganglion.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of {@code bench}. */
@Command(name = "bench", mixinStandardHelpOptions = true)
public final class BenchMain implements Callable<Integer> {
  private BenchMain() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new BenchMain()).execute(args));
  }

  @Override
  public Integer call() {
    return 0;
  }
}
