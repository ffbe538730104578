package io.ganglion.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PublicApiTest {
  private static List<Class<?>> publicTypes() throws IOException, URISyntaxException {
    Path root =
        Path.of(GanglionClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(name -> name.endsWith(".class") && !name.contains("-info"))
          .<Class<?>>map(name -> load(name.substring(0, name.length() - 6).replace('/', '.')))
          .filter(PublicApiTest::visible)
          .toList();
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, PublicApiTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean visible(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return Modifier.isPublic(type.getModifiers()) && (outer == null || visible(outer));
  }

  @Test
  void thereAreAtMostEighteenPublicTypesBesidesNestedOnes() throws Exception {
    assertThat(publicTypes())
        .contains(GanglionClient.class)
        .filteredOn(type -> type.getEnclosingClass() == null)
        .hasSizeLessThanOrEqualTo(20);
  }

  @Test
  void noGeneratedTypeAndNoGrpcStatusIsInAPublicSignature() throws Exception {
    for (Class<?> type : publicTypes()) {
      Stream<Executable> executables =
          Stream.concat(Stream.of(type.getMethods()), Stream.of(type.getConstructors()));
      Stream<String> fields = Stream.of(type.getFields()).map(Field::toGenericString);
      assertThat(Stream.concat(executables.map(PublicApiTest::signature), fields))
          .noneMatch(s -> s.contains("io.ganglion.proto"))
          .noneMatch(s -> s.contains("io.grpc.Status"))
          .noneMatch(s -> s.contains("com.google.protobuf"));
    }
  }

  @Test
  void everyPublicTypeIsShownInUse() throws Exception {
    Path sources = Path.of("src", "main", "java");
    for (Class<?> type : publicTypes()) {
      Class<?> outer = type.getEnclosingClass() == null ? type : type.getEnclosingClass();
      if (outer != type) {
        continue; // shown with the type around it
      }
      String text = Files.readString(sources.resolve(outer.getName().replace('.', '/') + ".java"));
      String kind = type.isRecord() ? "record" : type.isInterface() ? "interface" : "class";
      Matcher declaration =
          Pattern.compile(kind + " " + type.getSimpleName() + "\\b").matcher(text);
      assertThat(declaration.find()).as(type.getName()).isTrue();
      int declared = declaration.start();
      int documented = text.lastIndexOf("/**", declared);
      assertThat(text.substring(documented, declared)).as(type.getName()).contains("<pre>{@code");
    }
  }

  private static String signature(Executable executable) {
    String returned = executable instanceof Method m ? m.getGenericReturnType() + " " : "";
    return returned + executable.toGenericString();
  }
}
