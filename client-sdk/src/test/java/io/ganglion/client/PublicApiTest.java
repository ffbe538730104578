package io.ganglion.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.PublicTypes;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PublicApiTest {
  private static List<Class<?>> publicTypes() throws IOException, URISyntaxException {
    return PublicTypes.of(GanglionClient.class);
  }

  @Test
  void thereAreAtMostSixPublicTypesBesidesNestedOnes() throws Exception {
    assertThat(publicTypes())
        .contains(GanglionClient.class)
        .filteredOn(type -> type.getEnclosingClass() == null)
        .hasSizeLessThanOrEqualTo(6);
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
    for (Class<?> type : publicTypes()) {
      if (type.getEnclosingClass() == null) { // others are shown with the type around them
        PublicTypes.assertShownInUse(type);
      }
    }
  }

  private static String signature(Executable executable) {
    String returned = executable instanceof Method m ? m.getGenericReturnType() + " " : "";
    return returned + executable.toGenericString();
  }
}
