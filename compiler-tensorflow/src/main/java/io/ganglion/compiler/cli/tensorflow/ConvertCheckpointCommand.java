package io.ganglion.compiler.cli.tensorflow;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.cli.BroughtCommand;
import io.ganglion.compiler.tune.BertConfig;
import io.ganglion.compiler.tune.CheckpointExport;
import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code compiler convert-checkpoint}; picocli fills it. */
@Command(
    name = "convert-checkpoint",
    description = {
      "Writes a TensorFlow checkpoint of a BERT classifier as a SavedModel for `compiler compile`. A"
          + " checkpoint without output_weights and output_bias gets a new, seeded classifier, and one"
          + " without a pooler a new pooler."
    },
    footer = {
      "Example:",
      "  compiler-tensorflow convert-checkpoint --checkpoint MRPC_finetune/model.ckpt-343 \\",
      "      --bert-config bert_config.json --vocab vocab.txt --output /tmp/mrpc"
    })
public final class ConvertCheckpointCommand implements BroughtCommand {
  @ArgGroup(exclusive = false, multiplicity = "1")
  private CheckpointOptions checkpoint;

  @Option(
      names = {"--vocab", "--vocab_file"},
      required = true,
      paramLabel = "FILE",
      description = "The WordPieces that the model was trained with, one a line.")
  private Path vocab;

  @Option(
      names = {"--output", "--output_dir"},
      required = true,
      paramLabel = "DIR",
      description = "Directory to write; must not exist.")
  private Path output;

  @Option(
      names = {"--max-seq-length", "--max_seq_length"},
      defaultValue = "128",
      description = "Length of the inputs in tokens; at most the positions of the model are used.")
  private int maxLength;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of a new classifier.")
  private long seed;

  @Override
  public Integer call() throws CompileException {
    CheckpointExport.Result written =
        CheckpointExport.write(
            checkpoint.start(), vocab, output, maxLength, seed, System.err::println);
    BertConfig config = written.config();
    System.out.printf(
        "%s: %d layers x %d, vocabulary %d, sequence length %d%n",
        output,
        config.layers(),
        config.hiddenSize(),
        config.vocabularySize(),
        written.sequenceLength());
    return 0;
  }
}
