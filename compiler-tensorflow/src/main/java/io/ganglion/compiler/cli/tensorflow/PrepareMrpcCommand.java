package io.ganglion.compiler.cli.tensorflow;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.cli.BroughtCommand;
import io.ganglion.compiler.cli.SettingFlags;
import io.ganglion.compiler.tune.MrpcFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code compiler prepare-mrpc}. */
@Command(
    name = "prepare-mrpc",
    description = {
      "Makes train.tsv, dev.tsv and test.tsv of GLUE's MRPC from the two text files of the Microsoft"
          + " Research Paraphrase Corpus and the list of id pairs that are held out for dev."
    },
    footer = {
      "Example:",
      "  compiler-tensorflow prepare-mrpc --mrpc-dir MSRParaphraseCorpus \\",
      "      --dev-ids mrpc_dev_ids.tsv --output MRPC"
    })
public final class PrepareMrpcCommand implements BroughtCommand {
  @Option(
      names = {"--mrpc-dir", "--path_to_mrpc"},
      required = true,
      paramLabel = "DIR",
      description = "Directory with msr_paraphrase_train.txt and msr_paraphrase_test.txt.")
  private Path corpus;

  @Option(
      names = {"--dev-ids", "--path_to_dev_tsv"},
      required = true,
      paramLabel = "FILE",
      description =
          "The dev pairs: lines of two ids with a tab between, or GLUE's dev file with its header.")
  private Path devIds;

  @Option(
      names = {"--output", "--data_dir"},
      required = true,
      paramLabel = "DIR",
      description = "Directory to write; must not exist.")
  private Path output;

  @Option(
      names = "--any-counts",
      description = "Accept a corpus that does not have 5801 pairs with 408 for dev.")
  private boolean anyCounts;

  @Override
  public Integer call() throws CompileException {
    MrpcFiles.@Nullable Counts expected = anyCounts ? null : MrpcFiles.PUBLISHED;
    MrpcFiles.Counts counts;
    try {
      counts = MrpcFiles.prepare(corpus, devIds, output, expected);
    } catch (CompileException e) {
      throw SettingFlags.named(e);
    }
    System.out.printf(
        "%s: %d training, %d dev and %d test pairs%n",
        output, counts.train(), counts.dev(), counts.test());
    return 0;
  }
}
