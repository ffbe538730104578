package io.ganglion.compiler.cli;

import io.ganglion.compiler.backend.neuron.NeuronOptions;
import io.ganglion.compiler.partition.PartitionedGraph;
import io.ganglion.compiler.pipeline.CompileOptions;
import io.ganglion.compiler.pipeline.ModelCompiler;
import io.ganglion.compiler.pipeline.OperatorCounts;
import io.ganglion.compiler.verify.Verification;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Partition;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints the result of a compilation. */
final class CompileReport {
  /** If a smaller share of all FLOPs runs on the core, compiling is hardly worth it. */
  private static final double LEAST_SHARE = 0.3;

  private final PrintStream out;
  private final CompileOptions options;
  private final ModelCompiler.Result result;

  private CompileReport(PrintStream out, CompileOptions options, ModelCompiler.Result result) {
    this.out = out;
    this.options = options;
    this.result = result;
  }

  static void print(
      PrintStream out, CompileOptions options, ModelCompiler.Result result, double seconds) {
    CompileReport report = new CompileReport(out, options, result);
    report.printModel();
    report.printGraph();
    report.printVerification();
    report.line("Written", "%s, in %.1f s", options.output(), seconds);
  }

  private void printModel() {
    ModelManifest manifest = result.manifest();
    ModelDimensions d = manifest.dimensions();
    line(
        "Model",
        "%d layers x %d, %d heads, intermediate %d, vocabulary %d, %d positions",
        d.layers(),
        d.hiddenSize(),
        d.heads(),
        d.intermediateSize(),
        d.vocabularySize(),
        d.maxPositions());
    line(
        "Activation, epsilon",
        "%s%s, %.0e",
        lower(manifest.activation()),
        manifest.activation() == result.source().model().activation()
            ? ""
            : " in the place of " + lower(result.source().model().activation()),
        manifest.layerNormEpsilon());
    String output = lower(manifest.task().output());
    line("Task", "%s, %s", manifest.task(), output);
    if (manifest.task().labelled()) {
      line("Labels", "%s", String.join(", ", manifest.labels()));
    } else {
      line("Vector", "%d values", manifest.outputWidth());
    }
    line(
        "Shape",
        "sequence length %d, batch size %d",
        manifest.sequenceLength(),
        manifest.batchSize());
    line("Precision", "%s", precision());
    line(
        "Weights",
        "%,d parameters, %.1f MB as fp32 before, %.1f MB after",
        result.source().model().parameters(),
        result.sourceBytes() / 1e6,
        result.weightBytes() / 1e6);
  }

  private String precision() {
    List<String> parts = new ArrayList<>();
    parts.add(result.manifest().precision() + " on the CPU core");
    options.neuron().ifPresent(neuron -> parts.add(precision(neuron)));
    if (options.rewriting().emitSavedModel()) {
      NeuronType type = options.types().graph();
      boolean narrow = options.rewriting().narrowLayerNorms() && type != NeuronType.FP32;
      parts.add(type + " in the SavedModel" + (narrow ? ", its layer norms too" : ""));
    }
    return String.join("; ", parts);
  }

  /**
   * Describes the number types on NeuronCores. If 16-bit layer norms were requested, says whether
   * the target has them.
   */
  static String precision(NeuronOptions neuron) {
    String products = neuron.type() + " on " + neuron.target();
    if (!neuron.narrowNorms() || neuron.type() == NeuronType.FP32) {
      return products;
    }
    boolean wide = neuron.norms() == NeuronType.FP32;
    return products + (wide ? ", its layer norms in fp32" : ", its layer norms too");
  }

  private void printGraph() {
    result.operators().ifPresent(this::printOperators);
    Partition partition = result.manifest().partition();
    line("On the host", "%s", ranges(partition.host()));
    line("On the core", "%s", ranges(partition.core()));
    result.operators().ifPresent(ops -> printWork(ops.work()));
  }

  private void printOperators(OperatorCounts ops) {
    String source =
        ops.source()
            .map(size -> size.all() + " in the source, " + size.inference() + " for inference; ")
            .orElse("");
    line("Operators", "%s%d after rewriting, %d on the core", source, ops.rewritten(), ops.core());
  }

  private void printWork(PartitionedGraph.Work work) {
    double share = work.coreShare();
    line(
        "FLOPs on the core",
        "%.2f %% of %.3g a request of full length",
        100 * share,
        work.core() + work.host());
    if (isLittle(share)) {
      out.println(
          "Warning: little of this model runs on the core; a NeuronCore will not speed it up.");
    }
  }

  /** Whether this share of all FLOPs, from 0 to 1, is too small. */
  static boolean isLittle(double share) {
    return share < LEAST_SHARE;
  }

  /** Shortens "encoder.0, encoder.1, encoder.2" to "encoder.0-2". */
  static String ranges(List<String> names) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= names.size(); i++) {
      if (i < names.size() && follows(names.get(i - 1), names.get(i))) {
        continue;
      }
      String last = names.get(i - 1);
      parts.add(
          i - start == 1
              ? last
              : names.get(start) + "-" + last.substring(last.lastIndexOf('.') + 1));
      start = i;
    }
    return String.join(", ", parts);
  }

  private static boolean follows(String before, String after) {
    int dot = before.lastIndexOf('.');
    return dot > 0
        && after.equals(
            before.substring(0, dot + 1) + (Integer.parseInt(before.substring(dot + 1)) + 1));
  }

  private void printVerification() {
    GateReport gate = new GateReport(out, result.texts());
    gate.printTrials(result.oracle(), result.trials());
    Verification emitted = result.emitted();
    if (emitted != null) {
      gate.printRow("SavedModel, TensorFlow", emitted);
    }
    gate.printDoubts(result.doubts(), result.verification());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private void line(String name, String format, Object... values) {
    out.printf(Locale.ROOT, "%-22s %s%n", name, String.format(Locale.ROOT, format, values));
  }
}
