package io.ganglion.loadgen;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the load generator must not depend on, and which of its classes may use what. */
@AnalyzeClasses(
    packages = "io.ganglion.loadgen",
    importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
  private static final String[] SENDERS = {
    "Connections.*", "EventLoops", "SlowReader.*", "MrpcRequests.*"
  };

  private static final String SENDER =
      "io\\.ganglion\\.loadgen\\.(" + String.join("|", SENDERS) + ")";

  @ArchTest
  static final ArchRule IT_SPEAKS_THROUGH_THE_CLIENT_SDK_ALONE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.ganglion.runtime..",
              "io.ganglion.core..",
              "io.ganglion.server..",
              "io.ganglion.compiler..",
              "io.ganglion.proto.v1..",
              "org.tensorflow..",
              "org.bytedeco..");

  /** Only the protocol of AWS's bert_demo is not in the SDK. */
  @ArchTest
  static final ArchRule ONLY_THE_DEMOS_REQUESTS_KNOW_GENERATED_MESSAGES =
      noClasses()
          .that()
          .haveNameNotMatching("io\\.ganglion\\.loadgen\\.MrpcRequests.*")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.ganglion.proto..", "com.google.protobuf..");

  @ArchTest
  static final ArchRule LOOPS_AND_REPORTS_KNOW_NO_SOCKETS =
      noClasses()
          .that()
          .haveNameNotMatching(SENDER)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.grpc..");

  /** Code that reads the machine's time or waits by itself could not be tested in virtual time. */
  @ArchTest
  static final ArchRule TIME_COMES_FROM_THE_SCHEDULER =
      noClasses()
          .that()
          .doNotHaveSimpleName("SystemScheduler")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule NOTHING_BUT_THE_COMMAND_IS_PUBLIC =
      classes()
          .that()
          .areTopLevelClasses()
          .and()
          .doNotHaveSimpleName("LoadgenMain")
          .and()
          .resideOutsideOfPackage("io.ganglion.loadgen.attack")
          .should()
          .notBePublic();

  @ArchTest
  static final ArchRule ATTACKS_KNOW_NEITHER_LOOPS_NOR_REPORTS =
      noClasses()
          .that()
          .resideInAPackage("io.ganglion.loadgen.attack")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.ganglion.loadgen");
}
