package io.ganglion.cli;

import java.util.stream.Collectors;

/** A program that prints the code of each character of its arguments. */
final class EchoMain {
  private EchoMain() {}

  public static void main(String[] arguments) {
    for (String argument : arguments) {
      System.out.println(
          argument.codePoints().mapToObj(Integer::toHexString).collect(Collectors.joining(" ")));
    }
  }
}
