package io.ganglion.cli;

import java.util.stream.Collectors;

/** Prints the code of each character of its arguments, or the property that one names. */
final class EchoMain {
  private static final String PROPERTY = "property:";

  private EchoMain() {}

  public static void main(String[] arguments) {
    for (String argument : arguments) {
      System.out.println(
          argument.startsWith(PROPERTY)
              ? System.getProperty(argument.substring(PROPERTY.length()))
              : argument
                  .codePoints()
                  .mapToObj(Integer::toHexString)
                  .collect(Collectors.joining(" ")));
    }
  }
}
