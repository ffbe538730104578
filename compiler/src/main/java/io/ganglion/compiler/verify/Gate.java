package io.ganglion.compiler.verify;

import io.ganglion.compiler.SettingException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the accuracy gate.
 *
 * @param tolerance largest allowed mean difference of an answer, in its {@link Terms}; 0 for the
 *     precision's default
 * @param minAgreement least share, from 0 to 1, of the clear labels that must be kept; empty for
 *     the precision's default
 * @param verifyData TSV file with pairs to compare on; null for the built-in pairs
 * @param calibrationData TSV file with pairs to calibrate int8 on; null for built-in pairs
 */
public record Gate(
    double tolerance,
    OptionalDouble minAgreement,
    @Nullable Path verifyData,
    @Nullable Path calibrationData) {
  public Gate {
    if (!(tolerance >= 0)) {
      throw new SettingException("The tolerance must not be negative: " + tolerance);
    }
    minAgreement.ifPresent(
        share -> {
          if (!(share >= 0 && share <= 1)) {
            throw new SettingException("The label agreement is a share from 0 to 1: " + share);
          }
        });
  }

  /** A gate on the built-in pairs. */
  public static Gate of(double tolerance, double minAgreement) {
    return new Gate(tolerance, OptionalDouble.of(minAgreement), null, null);
  }

  /** The gate of each precision, on the built-in pairs. */
  public static Gate usual() {
    return new Gate(0, OptionalDouble.empty(), null, null);
  }
}
