package io.ganglion.compiler.verify;

import io.ganglion.compiler.SettingException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the accuracy gate.
 *
 * @param tolerance largest allowed difference of a probability; 0 for the precision's default
 * @param minAgreement least share of inputs, from 0 to 1, with the source's label
 * @param verifyData TSV file with pairs to compare on; null for the built-in pairs
 * @param calibrationData TSV file with pairs to calibrate int8 on; null for built-in pairs
 */
public record Gate(
    double tolerance,
    double minAgreement,
    @Nullable Path verifyData,
    @Nullable Path calibrationData) {
  public Gate {
    if (!(tolerance >= 0)) {
      throw new SettingException("The tolerance must not be negative: " + tolerance);
    }
    if (!(minAgreement >= 0 && minAgreement <= 1)) {
      throw new SettingException("The label agreement is a share from 0 to 1: " + minAgreement);
    }
  }

  /** A gate on the built-in pairs. */
  public static Gate of(double tolerance, double minAgreement) {
    return new Gate(tolerance, minAgreement, null, null);
  }
}
