package io.ganglion.compiler.verify;

import io.ganglion.compiler.SettingException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The accuracy gate.
 *
 * @param tolerance largest difference of a probability; 0 for the precision's own
 * @param minAgreement least share of inputs, from 0 to 1, whose label must be the source's
 * @param verifyData TSV with pairs to compare on; null for the built-in ones
 * @param calibrationData TSV with pairs that int8 is calibrated on; null for built-in ones
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

  /** On the built-in pairs. */
  public static Gate of(double tolerance, double minAgreement) {
    return new Gate(tolerance, minAgreement, null, null);
  }
}
