package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.SettingException;
import io.ganglion.compiler.pipeline.CompileOptions;
import io.ganglion.compiler.pipeline.ModelCompiler;
import io.ganglion.compiler.pipeline.NumberTypes;
import io.ganglion.compiler.pipeline.PrecisionChoice;
import io.ganglion.compiler.pipeline.RefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code compiler compile}. */
@Command(
    name = "compile",
    description = {
      "Turns a model into a Neuron artifact, and checks that both answer alike: a HuggingFace folder"
          + " or an ONNX file runs in double precision, a SavedModel in TensorFlow, the artifact on"
          + " the CPU core, on the same inputs."
    },
    footer = {
      "Examples:",
      "  compiler compile --model ms-marco-MiniLM-L6-v2 --output reranker",
      "  compiler compile --model export/1580000000 --output mrpc-bf16 --vocab vocab.txt",
      "  compiler compile --model /tmp/mini --output mini-fp32 --precision fp32",
      "  compiler compile --model /tmp/mini --output mini --labels different,paraphrase \\",
      "      --verify-data dev.tsv",
      "  compiler compile --model /tmp/mini --output mini-inf2 --target inf2 \\",
      "      --sequence-buckets 32,64,128"
    })
final class CompileCommand implements Callable<Integer> {
  @Option(
      names = {"--model", "--saved-model", "--input_saved_model", "--input-saved-model"},
      required = true,
      paramLabel = "PATH",
      description =
          "The source: a HuggingFace folder (config.json, model.safetensors), an ONNX file or its"
              + " folder, a SavedModel's directory, or a frozen GraphDef (.pb).")
  private Path source;

  @Option(
      names = {"--output", "--output_saved_model", "--output-saved-model"},
      required = true,
      paramLabel = "DIR",
      description = "The artifact to write; must not exist.")
  private Path output;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "What servers call the model, in answers, logs and metrics. Default: the name of its"
              + " folder, or of the folder of its versions.")
  private @Nullable String name;

  @Option(
      names = "--scope",
      paramLabel = "NAME",
      description =
          "Which classifier, if the source holds several: a part of its weights' names between"
              + " slashes, like tower_b/bert, or the name of its output or signature. Default: the"
              + " only one.")
  private @Nullable String scope;

  @Option(
      names = "--precision",
      description = {
        "Type of the encoder's matrix products on the CPU core: fp32, bf16 or int8; auto takes"
            + " the fastest that the accuracy gate accepts. Default: bf16, or fp32 with --dtype"
            + " float32."
      })
  private @Nullable PrecisionChoice precision;

  @Option(
      names = "--dtype",
      description =
          "Type of the same products on NeuronCores and in the SavedModel: float16, bfloat16 or"
              + " float32. Default: that of --precision, or float16 if only a --target is given."
              + " Without --precision, float32 also sets --precision fp32, the others bf16."
              + " Precision fp32 allows only float32; bf16, int8 and auto allow float16 and"
              + " bfloat16.")
  private @Nullable String dtype;

  @Option(
      names = {"--sequence-length", "--sequence_length"},
      defaultValue = "0",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "Most tokens of a request, from 3 to the positions of the model. Default: what the source"
              + " says, or 128.")
  private int sequenceLength;

  @Option(
      names = {"--batch-size", "--batch_size"},
      defaultValue = "4",
      description = "Most requests of a batch.")
  private int batchSize;

  @Option(
      names = "--vocab",
      paramLabel = "FILE",
      description =
          "WordPieces, one a line, or a tokenizer.json. Default: vocab.txt or assets/vocab.txt of the"
              + " source.")
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
          "Names of the labels, in order. A model of one probability takes two, like"
              + " negative,positive. Default: those of the source (id2label, assets/labels.txt), or"
              + " 0,1,...")
  private @Nullable List<String> labels;

  @Option(
      names = {"--crude-gelu", "--crude_gelu"},
      description = "Replace GELU by x * sigmoid(1.702 x).")
  private boolean crudeGelu;

  @Option(
      names = {"--aggressive-optimizations", "--aggressive_optimizations"},
      description =
          "Implies --crude-gelu, and computes the encoder's layer norms in 16 bits in the"
              + " SavedModel and on NeuronCores, if the products are in 16 bits (but not for inf1"
              + " with bfloat16). The CPU core keeps them in fp32, because 16 bits gain nothing"
              + " there. The loss in the SavedModel is measured and printed.")
  private boolean aggressive;

  @Option(
      names = "--emit-saved-model",
      description =
          "Needs TensorFlow. Also write the Neuron-compatible graph to saved_model/ of the artifact, and compare it"
              + " in TensorFlow. With --target inf1 also neuron/saved_model/, with the NEFF in a"
              + " NeuronOp, for TensorFlow-Neuron 1.15.")
  private boolean emitSavedModel;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Also write what is printed to this file as JSON, also if the model is refused.")
  private @Nullable Path json;

  @ArgGroup(validate = false, heading = "%nComparison with the source:%n")
  private GateFlags gate = new GateFlags();

  @ArgGroup(validate = false, heading = "%nNeuronCores:%n")
  private NeuronFlags neuron = new NeuronFlags();

  private CompileCommand() {}

  @Override
  public Integer call() throws CompileException {
    CompileOptions options = options();
    long started = System.nanoTime();
    ModelCompiler.Result result;
    try {
      result = ModelCompiler.compile(options, CompilerMain.progress());
    } catch (RefusedException e) {
      new GateReport(CompilerMain.out(), e.texts()).printTrials(e.oracle(), e.trials());
      if (json != null) {
        JsonText.write(json, CompileJson.refused(e));
      }
      throw RefusalAdvice.added(e, options.precision());
    } catch (CompileException e) {
      throw SettingFlags.named(e);
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    CompileReport.print(CompilerMain.out(), options, result, seconds);
    if (json != null) {
      JsonText.write(json, CompileJson.written(result, seconds));
    }
    return 0;
  }

  private CompileOptions options() throws CompileException {
    NumberTypes types = NumberTypeFlags.of(precision, dtype, neuron.target());
    boolean crude = crudeGelu || aggressive;
    if (emitSavedModel && types.precision().calibrates()) {
      throw new SettingException(
          "--emit-saved-model cannot be in --precision "
              + types.precision().name().toLowerCase(Locale.ROOT)
              + ": TensorFlow runs it in fp32, or with --dtype float16 or bfloat16; use"
              + " --precision fp32 or bf16.");
    }
    return new CompileOptions(
        source,
        output,
        types,
        new CompileOptions.Shape(sequenceLength(), batchSize),
        new CompileOptions.Text(vocab, !cased, labels == null ? List.of() : labels),
        gate.gate(),
        new CompileOptions.Rewriting(crude, aggressive, emitSavedModel),
        neuron.options(types.graph(), aggressive, batchSize, System.getenv()),
        scope,
        name);
  }

  private int sequenceLength() {
    if (sequenceLength > 0 && neuron.longest() > 0 && sequenceLength != neuron.longest()) {
      throw new SettingException(
          "--sequence-length "
              + sequenceLength
              + " must be the last of --sequence-buckets, "
              + neuron.longest()
              + ".");
    }
    return Math.max(sequenceLength, neuron.longest());
  }
}
