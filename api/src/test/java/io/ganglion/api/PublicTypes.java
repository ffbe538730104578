package io.ganglion.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a module shows to whoever compiles against it; for tests. */
public final class PublicTypes {
  private PublicTypes() {}

  /** The public types of the module of this class. */
  public static List<Class<?>> of(Class<?> one) throws IOException, URISyntaxException {
    Path root = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(name -> name.endsWith(".class") && !name.contains("-info"))
          .<Class<?>>map(name -> load(name.substring(0, name.length() - 6).replace('/', '.')))
          .filter(PublicTypes::visible)
          .toList();
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, PublicTypes.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean visible(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return Modifier.isPublic(type.getModifiers()) && (outer == null || visible(outer));
  }

  /** Fails unless the comment of the type, a source of the module tested, has an example. */
  public static void assertShownInUse(Class<?> type) throws IOException {
    Class<?> outer = type.getEnclosingClass() == null ? type : type.getEnclosingClass();
    String text =
        Files.readString(
            Path.of("src", "main", "java").resolve(outer.getName().replace('.', '/') + ".java"));
    String kind =
        type.isRecord()
            ? "record"
            : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
    Matcher declaration = Pattern.compile(kind + " " + type.getSimpleName() + "\\b").matcher(text);
    assertThat(declaration.find()).as(type.getName()).isTrue();
    int declared = declaration.start();
    int documented = text.lastIndexOf("/**", declared);
    assertThat(text.substring(documented, declared)).as(type.getName()).contains("<pre>{@code");
  }
}
