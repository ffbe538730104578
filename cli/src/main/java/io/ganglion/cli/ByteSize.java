package io.ganglion.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of bytes, and the one spelling of it: {@code 0}, {@code 64KB}, {@code 256MB}, {@code
 * 2GB}, each unit 1,024 times the one before.
 */
public record ByteSize(long bytes) {
  /** 999,999 GB fit into a long. */
  private static final Pattern FORM = Pattern.compile("0|([0-9]{1,6})(KB|MB|GB)");

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("A number of bytes must not be negative: " + bytes);
    }
  }

  /** Reads a size for a command line. */
  public static final class Converter implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      try {
        return parse(text);
      } catch (UsageException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  /**
   * Reads a size.
   *
   * @throws UsageException if the text is none
   */
  public static ByteSize parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(
          "'" + text + "' is no size; write a number and KB, MB or GB, as 256MB, or 0");
    }
    return new ByteSize(
        matcher.group(1) == null ? 0 : Long.parseLong(matcher.group(1)) << shift(matcher.group(2)));
  }

  private static int shift(String unit) {
    return switch (unit) {
      case "KB" -> 10;
      case "MB" -> 20;
      case "GB" -> 30;
      default -> throw new IllegalArgumentException(unit);
    };
  }
}
