package io.ganglion.runtime.core;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kinds of cores that a program can use, most preferred first. Immutable. */
public final class CoreKinds {
  private final List<CoreProvider> providers;

  /** Two kinds must not have the same name or an option of the same name. */
  public CoreKinds(Collection<CoreProvider> providers) {
    this.providers =
        providers.stream()
            .sorted(
                Comparator.comparingInt(CoreProvider::preference)
                    .reversed()
                    .thenComparing(CoreProvider::kind))
            .toList();
    requireDistinct();
  }

  /** The kinds that the thread's class loader finds. */
  public static CoreKinds found() {
    return new CoreKinds(
        ServiceLoader.load(CoreProvider.class).stream().map(ServiceLoader.Provider::get).toList());
  }

  private void requireDistinct() {
    Map<String, CoreProvider> kinds = new HashMap<>();
    Map<String, CoreProvider> owners = new HashMap<>();
    for (CoreProvider provider : providers) {
      CoreProvider other = kinds.putIfAbsent(provider.kind(), provider);
      requireOne(other, provider, "kind of core " + provider.kind());
      for (CoreOption option : provider.options()) {
        requireOne(
            owners.putIfAbsent(option.name(), provider), provider, "option " + option.name());
      }
    }
  }

  private static void requireOne(@Nullable CoreProvider other, CoreProvider provider, String what) {
    if (other != null) {
      throw new IllegalArgumentException(
          "The %s is declared twice, by %s and %s: remove one of them from the class path."
              .formatted(what, other.getClass().getName(), provider.getClass().getName()));
    }
  }

  /** Most preferred first. */
  public List<CoreProvider> providers() {
    return providers;
  }

  /** Most preferred first. */
  public List<String> names() {
    return providers.stream().map(CoreProvider::kind).toList();
  }

  /**
   * The kind of this name.
   *
   * @throws IllegalArgumentException if there is no such kind
   */
  public CoreProvider named(String kind) {
    return providers.stream()
        .filter(provider -> provider.kind().equals(kind))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no core of kind '%s': known are %s."
                        .formatted(kind, listed(names()))));
  }

  /** The named options of all kinds. */
  public List<CoreOption> options() {
    return providers.stream().flatMap(provider -> provider.options().stream()).toList();
  }

  /**
   * Refuses an option that no kind understands, or a value that the option does not take.
   *
   * @throws IllegalArgumentException that names the option
   */
  public void check(CoreOptions options) {
    Map<String, CoreOption> known =
        options().stream().collect(Collectors.toMap(CoreOption::name, option -> option));
    options
        .named()
        .forEach(
            (name, value) -> {
              CoreOption option = known.get(name);
              if (option == null) {
                throw new IllegalArgumentException(
                    "No core knows the option %s: known are %s."
                        .formatted(
                            name, listed(options().stream().map(CoreOption::name).toList())));
              }
              option.parse(value);
            });
  }

  private static String listed(List<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }
}
