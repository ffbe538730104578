package io.ganglion.server;

import io.ganglion.engine.model.BackendChoice;
import io.ganglion.runtime.core.CoreKinds;
import io.ganglion.runtime.core.CoreOption;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * The flags for cores, built from the kinds of cores that are found: the values of {@code
 * --backend}, and one flag for each option that a kind declares. picocli creates it.
 */
final class CoreFlags implements IModelTransformer {
  /**
   * The kinds of cores on the class path. Found once, because none are added while a program runs.
   */
  private static final CoreKinds KINDS = CoreKinds.found();

  @Override
  public CommandSpec transform(CommandSpec spec) {
    for (CoreOption option : KINDS.options()) {
      spec.addOption(
          OptionSpec.builder(flag(option))
              .type(String.class)
              .paramLabel(option.label())
              .description(option.meaning())
              .converters(value -> parse(option, value))
              .build());
    }
    return spec;
  }

  /** The options of cores that the command line set, by name. */
  static Map<String, String> given(CommandSpec spec) {
    Map<String, String> given = new TreeMap<>();
    for (CoreOption option : KINDS.options()) {
      String value = spec.findOption(flag(option)).getValue();
      if (value != null) {
        given.put(option.name(), value);
      }
    }
    return given;
  }

  private static String flag(CoreOption option) {
    return "--" + option.name();
  }

  private static String parse(CoreOption option, String value) {
    try {
      return option.parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  /** The values of {@code --backend}. */
  static final class Backends implements ITypeConverter<BackendChoice>, Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.concat(Stream.of(BackendChoice.AUTO.kind()), KINDS.names().stream()).iterator();
    }

    @Override
    public BackendChoice convert(String value) {
      BackendChoice choice = new BackendChoice(value);
      if (!choice.equals(BackendChoice.AUTO) && !KINDS.names().contains(choice.kind())) {
        throw new TypeConversionException(
            "'%s' is none of %s.".formatted(value, String.join(", ", this)));
      }
      return choice;
    }
  }
}
