package io.ganglion.cli;

import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The one spelling of ports: a number, where 0 means any free port, or {@code none} for no port.
 */
public final class Ports {
  private static final int HIGHEST = 65_535;

  private Ports() {}

  /** Reads a port to connect to: 1 to 65535. */
  public static final class Remote implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, 1, "a port is a number from 1 to 65535");
    }
  }

  /** Reads a port to listen on: 0 to 65535. */
  public static final class Listening implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, 0, "a port is a number from 1 to 65535, or 0 for any free one");
    }
  }

  /** Reads a port to listen on, or {@code none}. */
  public static final class ListeningOrNone implements ITypeConverter<OptionalInt> {
    @Override
    public OptionalInt convert(String text) {
      return text.equalsIgnoreCase("none")
          ? OptionalInt.empty()
          : OptionalInt.of(
              number(text, 0, "a port is a number from 1 to 65535, 0 for any free one, or none"));
    }
  }

  private static int number(String text, int least, String form) {
    int number = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
    if (number < least || number > HIGHEST) {
      throw new TypeConversionException("'" + text + "' is no port; " + form);
    }
    return number;
  }
}
