package io.ganglion.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The one spelling of durations: {@code 250us}, {@code 200ms}, {@code 1.5s}, {@code 2m}. */
public final class Durations implements ITypeConverter<Duration> {
  /** Short enough that adding it to a clock's nanoseconds does not overflow. */
  public static final Duration LONGEST = Duration.ofDays(3650);

  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,20}(?:\\.[0-9]{1,20})?)(us|ms|s|m|h)");
  private static final BigDecimal LONGEST_NS = BigDecimal.valueOf(LONGEST.toNanos());

  @Override
  public Duration convert(String text) {
    try {
      return parse(text);
    } catch (UsageException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads a duration. Fractions of a nanosecond are rounded.
   *
   * @throws UsageException if the text is not a duration, or is longer than {@link #LONGEST}
   */
  public static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(
          "'" + text + "' is no time; write a number and us, ms, s, m or h, as 200ms");
    }
    BigDecimal ns = new BigDecimal(matcher.group(1)).multiply(unitNs(matcher.group(2)));
    if (ns.compareTo(LONGEST_NS) > 0) {
      throw new UsageException(
          "'" + text + "' is too long a time; the longest is " + LONGEST.toHours() + "h");
    }
    return Duration.ofNanos(ns.setScale(0, RoundingMode.HALF_UP).longValueExact());
  }

  private static BigDecimal unitNs(String unit) {
    return BigDecimal.valueOf(
        switch (unit) {
          case "us" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> throw new IllegalArgumentException(unit);
        });
  }

  /**
   * Writes a duration in the form that {@link #parse} reads, in the largest unit that needs no
   * fraction.
   */
  public static String print(Duration duration) {
    long ns = duration.toNanos();
    if (ns % 3_600_000_000_000L == 0 && ns != 0) {
      return ns / 3_600_000_000_000L + "h";
    }
    if (ns % 60_000_000_000L == 0 && ns != 0) {
      return ns / 60_000_000_000L + "m";
    }
    if (ns % 1_000_000_000L == 0) {
      return ns / 1_000_000_000L + "s";
    }
    if (ns % 1_000_000L == 0) {
      return ns / 1_000_000L + "ms";
    }
    return BigDecimal.valueOf(ns, 3).stripTrailingZeros().toPlainString() + "us";
  }
}
