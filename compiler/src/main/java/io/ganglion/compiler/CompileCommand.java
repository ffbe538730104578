package io.ganglion.compiler;

import io.ganglion.runtime.core.nrt.NeuronType;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code compiler compile}. */
@Command(
    name = "compile",
    description = {
      "Turns a SavedModel of a BERT classifier into a Neuron artifact, and proves that both answer"
          + " alike: the source runs in TensorFlow, the artifact on the CPU core, on the same inputs.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  compiler compile --saved-model export/1580000000 --output mrpc-bf16 --vocab vocab.txt",
      "  compiler compile --saved-model /tmp/mini --output mini-fp32 --precision fp32",
      "  compiler compile --saved-model /tmp/mini --output mini --labels different,paraphrase \\",
      "      --verify-data dev.tsv",
      "  compiler compile --saved-model /tmp/mini --output mini-inf2 --target inf2 \\",
      "      --sequence-buckets 32,64,128"
    })
final class CompileCommand implements Callable<Integer> {
  @Option(
      names = {"--saved-model", "--input_saved_model", "--input-saved-model"},
      required = true,
      paramLabel = "DIR",
      description = "The source: a SavedModel's directory, or a frozen GraphDef (.pb).")
  private Path savedModel;

  @Option(
      names = {"--output", "--output_saved_model", "--output-saved-model"},
      required = true,
      paramLabel = "DIR",
      description = "The artifact to write; must not exist.")
  private Path output;

  @Option(
      names = "--precision",
      description = {
        "fp32, bf16 or int8, of the encoder's matrix products; auto takes the fastest that the"
            + " accuracy gate accepts; default: bf16."
      })
  private @Nullable PrecisionChoice precision;

  @Option(
      names = "--dtype",
      description =
          "The demo's word for it: float16 is bf16 on the CPU and fp16 on NeuronCores, bfloat16 is"
              + " bf16 on both, float32 is fp32.")
  private @Nullable String dtype;

  @Option(
      names = {"--sequence-length", "--sequence_length"},
      defaultValue = "0",
      description =
          "Most tokens of a request, from 3 to the positions of the model; default: as the source"
              + " has it, or 128.")
  private int sequenceLength;

  @Option(
      names = {"--batch-size", "--batch_size"},
      defaultValue = "4",
      description = "Most requests of a batch; default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--vocab",
      paramLabel = "FILE",
      description = "WordPieces, one a line; default: vocab.txt or assets/vocab.txt of the source.")
  private @Nullable Path vocab;

  @Option(
      names = "--cased",
      description = "Keep case and accents of texts: for models trained on cased text.")
  private boolean cased;

  @Option(
      names = "--labels",
      split = ",",
      paramLabel = "NAME",
      description =
          "Names of the labels, in order; default: assets/labels.txt of the source, or 0,1,...")
  private @Nullable List<String> labels;

  @Option(
      names = "--tolerance",
      defaultValue = "0",
      description =
          "Largest difference of a probability from the source's; default: 1e-5 for fp32, 1e-2 for"
              + " bf16, 0.1 for int8, 0.25 with another GELU.")
  private double tolerance;

  @Option(
      names = {"--min-agreement", "--label-agreement"},
      converter = ShareConverter.class,
      paramLabel = "SHARE",
      description =
          "Least share of inputs that keep their label where the source's margin is clear (above"
              + " 0.02, for int8 0.05), like 0.99 or 99%%; default: 1, or 0.99 for int8, auto and"
              + " another GELU.")
  private @Nullable Double minAgreement;

  @Option(
      names = "--verify-data",
      paramLabel = "TSV",
      description =
          "Compare on these pairs (GLUE columns, header line), up to 1024; default: 64 built-in pairs.")
  private @Nullable Path verifyData;

  @Option(
      names = "--calibration-data",
      paramLabel = "TSV",
      description =
          "For int8: every other pair of this file (GLUE columns, header line) calibrates, up to"
              + " 128; the others are compared on unless --verify-data is given; default: built-in"
              + " pairs.")
  private @Nullable Path calibrationData;

  @Option(
      names = {"--crude-gelu", "--crude_gelu"},
      description = "Replace GELU by x * sigmoid(1.702 x).")
  private boolean crudeGelu;

  @CommandLine.Mixin private NeuronFlags neuron = new NeuronFlags();

  @Option(
      names = {"--aggressive-optimizations", "--aggressive_optimizations"},
      description =
          "Implies --crude-gelu. The CPU core keeps layer norm in fp32, where 16 bits gain nothing.")
  private boolean aggressive;

  @Option(
      names = "--emit-saved-model",
      description =
          "Also write the Neuron-compatible graph to saved_model/ of the artifact, and compare it"
              + " in TensorFlow.")
  private boolean emitSavedModel;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private CompileCommand() {}

  @Override
  public Integer call() throws CompileException {
    CompileOptions options;
    try {
      PrecisionChoice choice = precision();
      boolean crude = crudeGelu || aggressive;
      boolean lossy = crude || choice.calibrates();
      if (emitSavedModel && choice.calibrates()) {
        throw usage("--emit-saved-model needs --precision fp32 or bf16.");
      }
      options =
          new CompileOptions(
              savedModel,
              output,
              choice,
              sequenceLength(),
              batchSize,
              vocab,
              !cased,
              labels == null ? List.of() : labels,
              tolerance,
              minAgreement != null ? minAgreement : lossy ? 0.99 : 1,
              verifyData,
              calibrationData,
              crude,
              emitSavedModel,
              neuron.options(neuronType(), batchSize, System.getenv()));
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
    ModelCompiler.Result result = ModelCompiler.compile(options, CompilerMain.phases());
    CompileReport.print(CompilerMain.out(), output, result);
    return 0;
  }

  private int sequenceLength() {
    if (sequenceLength > 0 && neuron.longest() > 0 && sequenceLength != neuron.longest()) {
      throw usage(
          "--sequence-length "
              + sequenceLength
              + " must be the last of --sequence-buckets, "
              + neuron.longest()
              + ".");
    }
    return Math.max(sequenceLength, neuron.longest());
  }

  /** The demo's default is float16. */
  private NeuronType neuronType() {
    if (precision() == PrecisionChoice.FP32) {
      return NeuronType.FP32;
    }
    boolean bf16 = dtype == null ? precision != null : dtype.startsWith("b");
    return bf16 ? NeuronType.BF16 : NeuronType.FP16;
  }

  private PrecisionChoice precision() {
    PrecisionChoice byType =
        dtype == null
            ? null
            : switch (dtype) {
              case "float16", "bfloat16", "fp16", "bf16" -> PrecisionChoice.BF16;
              case "float32", "fp32" -> PrecisionChoice.FP32;
              default -> throw usage("--dtype is float16 or float32, not " + dtype + ".");
            };
    if (byType != null && precision != null && byType != precision) {
      throw usage("--dtype " + dtype + " and --precision " + precision + " contradict each other.");
    }
    if (precision != null) {
      return precision;
    }
    return byType != null ? byType : PrecisionChoice.BF16;
  }

  private CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
