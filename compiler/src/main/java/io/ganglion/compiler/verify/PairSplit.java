package io.ganglion.compiler.verify;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.compiler.sample.BuiltInPairs.Pair;
import io.ganglion.runtime.text.PairEncoder;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The pairs of a compile: those that calibrate int8, and the others, on which the result is
 * compared with the source.
 *
 * @param calibration empty unless int8 is tried
 * @param gate never one of {@code calibration}
 */
public record PairSplit(List<Pair> calibration, List<Pair> gate) {
  /** Pairs that calibrate; more do not move the ranges. */
  private static final int MOST_CALIBRATION = 128;

  private static final int LEAST_CALIBRATION = 8;
  private static final int BUILT_IN_GATE = 128;

  /**
   * The pairs for a gate.
   *
   * @param calibrates whether int8 is tried
   */
  public static PairSplit of(Gate gate, boolean calibrates) throws CompileException {
    if (!calibrates) {
      return new PairSplit(List.of(), VerificationInputs.of(gate.verifyData()));
    }
    List<Pair> builtIn = BuiltInPairs.of(BUILT_IN_GATE + MOST_CALIBRATION);
    Path data = gate.calibrationData();
    List<Pair> calibration =
        data == null
            ? builtIn.subList(BUILT_IN_GATE, builtIn.size())
            : everyOther(VerificationInputs.of(data));
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
            ? VerificationInputs.of(gate.verifyData())
            : data != null ? VerificationInputs.of(data) : builtIn.subList(0, BUILT_IN_GATE);
    Set<Pair> used = new HashSet<>(calibration);
    List<Pair> judges = candidates.stream().filter(pair -> !used.contains(pair)).toList();
    if (judges.isEmpty()) {
      throw new CompileException(
          "All pairs of " + gate.verifyData() + " calibrate already; give others to compare on.");
    }
    return new PairSplit(List.copyOf(calibration), judges);
  }

  /** {@link #calibration()} as a model takes them. */
  public List<TokenSequence> calibration(PairEncoder encoder) {
    return encode(calibration, encoder);
  }

  /** {@link #gate()} as a model takes them. */
  public List<TokenSequence> gate(PairEncoder encoder) {
    return encode(gate, encoder);
  }

  private static List<TokenSequence> encode(List<Pair> pairs, PairEncoder encoder) {
    return pairs.stream().map(pair -> encoder.encode(pair.a(), pair.b())).toList();
  }

  private static List<Pair> everyOther(List<Pair> pairs) {
    List<Pair> taken = new ArrayList<>();
    for (int i = 0; i < pairs.size() && taken.size() < MOST_CALIBRATION; i += 2) {
      taken.add(pairs.get(i));
    }
    return taken;
  }
}
