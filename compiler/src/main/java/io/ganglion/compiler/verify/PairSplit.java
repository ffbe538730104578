package io.ganglion.compiler.verify;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.compiler.sample.BuiltInPairs.Pair;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pairs of a compilation: those that calibrate int8, and the others, on which the result is
 * compared with the source.
 *
 * @param calibration empty unless int8 is tried
 * @param gate pairs to compare on, none of them in {@code calibration}
 * @param gateFile the file that those to compare on are from; empty for the built-in pairs
 * @param notes sentences about rows of a user's files that were left out
 */
public record PairSplit(
    List<Pair> calibration, List<Pair> gate, Optional<Path> gateFile, List<String> notes) {
  /** Number of pairs that calibrate. More do not change the ranges. */
  private static final int MOST_CALIBRATION = 128;

  private static final int LEAST_CALIBRATION = 8;
  private static final int BUILT_IN_GATE = 128;

  /**
   * As many weights in its encoder's matrices as BERT-Base has: such a source is run in seconds.
   */
  private static final long USUAL_MATRICES = 12L * (4 * 768 * 768 + 2 * 768 * 3072);

  /** Fewer would say too little. They still have from a few to over a hundred words. */
  private static final int LEAST_GATE = 16;

  /**
   * The pairs for a gate.
   *
   * @param calibrates whether int8 is tried
   */
  public static PairSplit of(Gate gate, boolean calibrates) throws CompileException {
    if (!calibrates) {
      VerificationInputs inputs = VerificationInputs.of(gate.verifyData());
      return new PairSplit(
          List.of(), inputs.pairs(), Optional.ofNullable(gate.verifyData()), inputs.notes());
    }
    List<Pair> builtIn = BuiltInPairs.of(BUILT_IN_GATE + MOST_CALIBRATION);
    Path data = gate.calibrationData();
    List<String> notes = new ArrayList<>();
    List<Pair> given = data == null ? List.of() : read(data, notes);
    List<Pair> calibration =
        data == null ? builtIn.subList(BUILT_IN_GATE, builtIn.size()) : everyOther(given);
    if (calibration.size() < LEAST_CALIBRATION) {
      throw new CompileException(
          "The calibration data "
              + data
              + " holds too few pairs: every other one calibrates, which makes "
              + calibration.size()
              + ", and at least "
              + LEAST_CALIBRATION
              + " are needed.");
    }
    List<Pair> candidates =
        gate.verifyData() != null
            ? read(gate.verifyData(), notes)
            : data != null ? given : builtIn.subList(0, BUILT_IN_GATE);
    Set<Pair> used = new HashSet<>(calibration);
    List<Pair> judges = candidates.stream().filter(pair -> !used.contains(pair)).toList();
    if (judges.isEmpty()) {
      throw new CompileException(
          "All pairs of " + gate.verifyData() + " calibrate already; give others to compare on.");
    }
    return new PairSplit(
        List.copyOf(calibration),
        judges,
        Optional.ofNullable(gate.verifyData() != null ? gate.verifyData() : data),
        List.copyOf(notes));
  }

  /**
   * The same for a model of these sizes. A larger one than usual is compared on fewer of the
   * built-in pairs, unless it is calibrated: to run it on all would take minutes and say little
   * more about its means.
   */
  public PairSplit sized(ModelDimensions dimensions) {
    if (gateFile.isPresent() || !calibration.isEmpty()) {
      return this;
    }
    long hidden = dimensions.hiddenSize();
    long matrices =
        dimensions.layers() * (4 * hidden * hidden + 2 * hidden * dimensions.intermediateSize());
    long wanted = Math.max(LEAST_GATE, gate.size() * USUAL_MATRICES / matrices);
    return new PairSplit(
        calibration, gate.subList(0, (int) Math.min(gate.size(), wanted)), gateFile, notes);
  }

  private static List<Pair> read(@Nullable Path file, List<String> notes) throws CompileException {
    VerificationInputs inputs = VerificationInputs.of(file);
    notes.addAll(inputs.notes());
    return inputs.pairs();
  }

  /**
   * {@link #calibration()} encoded for a model.
   *
   * @param both whether the model takes both texts of a pair, or only the first
   */
  public List<TokenSequence> calibration(Tokenizer tokenizer, boolean both) {
    return encode(calibration, tokenizer, both);
  }

  /** {@link #gate()} encoded for a model. */
  public List<TokenSequence> gate(Tokenizer tokenizer, boolean both) {
    return encode(gate, tokenizer, both);
  }

  /**
   * The texts to compare on, a line each, for reports.
   *
   * @param both see {@link #gate(Tokenizer, boolean)}
   */
  public List<String> texts(boolean both) {
    return gate.stream()
        .map(pair -> both && pair.b() != null ? pair.a() + " | " + pair.b() : pair.a())
        .toList();
  }

  private static List<TokenSequence> encode(List<Pair> pairs, Tokenizer tokenizer, boolean both) {
    return pairs.stream().map(pair -> tokenizer.encode(pair.a(), both ? pair.b() : null)).toList();
  }

  private static List<Pair> everyOther(List<Pair> pairs) {
    List<Pair> taken = new ArrayList<>();
    for (int i = 0; i < pairs.size() && taken.size() < MOST_CALIBRATION; i += 2) {
      taken.add(pairs.get(i));
    }
    return taken;
  }
}
