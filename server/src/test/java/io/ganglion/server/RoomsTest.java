package io.ganglion.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What each package must not depend on. */
@AnalyzeClasses(
    packages = "io.ganglion.server",
    importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
  private static final String GRPC = "io.grpc..";
  private static final String NETTY = "io.grpc.netty..";
  private static final String MESSAGES = "io.ganglion.proto..";
  private static final String MEANING = "io.ganglion.server.grpc..";
  private static final String ENDPOINT = "io.ganglion.server.endpoint..";
  private static final String WIRE = "io.ganglion.server.wire..";
  private static final String BATCH = "io.ganglion.engine.batch..";
  private static final String VERSIONS = "io.ganglion.server.versions..";
  private static final String MODEL = "io.ganglion.engine.model..";
  private static final String METRICS = "io.ganglion.server.metrics..";
  private static final String LOG = "io.ganglion.server.log..";
  private static final String TRACE = "io.ganglion.server.trace..";
  private static final String HTTP = "io.ganglion.server.http..";
  private static final String THREAD = "io.ganglion.server.thread..";
  private static final String PROMETHEUS = "io.prometheus..";

  private static ArchRule neverSees(String room, String... others) {
    return noClasses()
        .that()
        .resideInAPackage(room)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others);
  }

  @ArchTest
  static final ArchRule NO_ROOMS_STAND_IN_A_CIRCLE =
      slices().matching("io.ganglion.server.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule THE_SERVER_KNOWS_NEITHER_TENSORFLOW_NOR_COMPILER_NOR_CLIENT =
      neverSees(
          "io.ganglion.server..",
          "org.tensorflow..",
          "io.ganglion.compiler..",
          "io.ganglion.client..",
          "io.ganglion.loadgen..");

  @ArchTest
  static final ArchRule THE_CHOICE_OF_VERSIONS_KNOWS_NO_GRPC =
      neverSees(VERSIONS, GRPC, MESSAGES, MEANING, ENDPOINT, WIRE, METRICS, TRACE);

  @ArchTest
  static final ArchRule THE_MEANING_OF_MESSAGES_KNOWS_NO_PORT_AND_NO_PROTOCOL =
      neverSees(
          MEANING,
          NETTY,
          MESSAGES,
          ENDPOINT,
          WIRE,
          METRICS,
          LOG,
          TRACE,
          "io.ganglion.runtime.core..");

  @ArchTest
  static final ArchRule THE_PORT_KNOWS_NO_MESSAGE_AND_NO_MODEL =
      neverSees(
          ENDPOINT, MESSAGES, WIRE, MODEL, BATCH, METRICS, LOG, TRACE, "io.ganglion.runtime..");

  @ArchTest
  static final ArchRule A_PROTOCOL_KNOWS_NO_PORT =
      neverSees(WIRE, NETTY, ENDPOINT, METRICS, LOG, TRACE, "io.ganglion.runtime.core..");

  @ArchTest
  static final ArchRule HEALTH_OVER_HTTP_KNOWS_NOTHING_THAT_IT_COULD_WAIT_FOR =
      neverSees(HTTP, PROMETHEUS, MESSAGES, MEANING, ENDPOINT, WIRE, MODEL, BATCH, METRICS, LOG);

  @ArchTest
  static final ArchRule THREADS_KNOW_NOBODY =
      neverSees(THREAD, MESSAGES, MEANING, ENDPOINT, WIRE, MODEL, BATCH, METRICS, LOG, TRACE, HTTP);

  @ArchTest
  static final ArchRule PROTOCOLS_DO_NOT_KNOW_EACH_OTHER =
      slices().matching("io.ganglion.server.wire.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule ONLY_PROTOCOLS_KNOW_GENERATED_MESSAGES =
      noClasses()
          .that()
          .resideOutsideOfPackage(WIRE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(MESSAGES);

  /** Metrics, events and traces must not hold texts of requests. */
  @ArchTest
  static final ArchRule WHAT_IS_TOLD_OUTSIDE_NEVER_HOLDS_THE_TEXT_OF_A_REQUEST =
      noClasses()
          .that()
          .resideInAnyPackage(METRICS, LOG, TRACE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              MESSAGES, MODEL, "com.google.protobuf..", "io.ganglion.runtime.text..");

  @ArchTest
  static final ArchRule ONLY_METRICS_KNOW_PROMETHEUS =
      noClasses()
          .that()
          .resideOutsideOfPackages(METRICS, "io.ganglion.server")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PROMETHEUS);

  @ArchTest
  static final ArchRule ONLY_TRACES_KNOW_OPEN_TELEMETRY =
      noClasses()
          .that()
          .resideOutsideOfPackage(TRACE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.opentelemetry..", "io.grpc.opentelemetry..");

  @ArchTest
  static final ArchRule NOBODY_KNOWS_A_CORE_BUT_BY_THE_SEAM =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.ganglion.core..", "org.bytedeco..", "com.sun.jna..");
}
