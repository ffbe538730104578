package io.ganglion.client;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import java.util.stream.Stream;

@AnalyzeClasses(
    packages = "io.ganglion.client",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /**
   * Types that must not appear in the API. Callers may bring a channel and interceptors; no other
   * type of gRPC may show.
   */
  private static final DescribedPredicate<JavaClass> WIRE =
      resideInAnyPackage("io.grpc..", "io.ganglion.proto..", "com.google..")
          .and(not(belongToAnyOf(Channel.class, ClientInterceptor.class)));

  @ArchTest
  static final ArchRule theClientStandsOnTheApiProtoAndGrpcAlone =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.ganglion.client..",
              "io.ganglion.api..",
              "io.ganglion.proto.v1..",
              "io.grpc..",
              "com.google.protobuf..",
              "com.google.rpc..",
              "com.google.errorprone.annotations..",
              "org.jspecify.annotations..",
              "javax.net.ssl..",
              "java..");

  @ArchTest
  static final ArchRule noTransportOfGrpcIsNamed =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc.netty..", "io.netty..");

  @ArchTest
  static final ArchRule onlyWireReadsAnswers =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(Wire.class.getName())
          .should()
          .dependOnClassesThat()
          .haveNameMatching(
              "io\\.ganglion\\.proto\\.v1\\.(Timings|ModelDimensions|Backend|Limits)");

  @ArchTest
  static final ArchRule theWireDoesNotShow =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .arePublic()
          .should(
              new ArchCondition<>("show no type of gRPC or of the contract") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                  boolean visible = !method.getModifiers().contains(JavaModifier.SYNTHETIC);
                  Stream.concat(
                          method.getReturnType().getAllInvolvedRawTypes().stream(),
                          method.getParameterTypes().stream()
                              .flatMap(type -> type.getAllInvolvedRawTypes().stream()))
                      .filter(type -> visible && WIRE.test(type))
                      .forEach(
                          type ->
                              events.add(
                                  SimpleConditionEvent.violated(
                                      method, method.getFullName() + " shows " + type.getName())));
                }
              });
}
