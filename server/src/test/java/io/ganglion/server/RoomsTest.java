package io.ganglion.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What each room never sees. */
@AnalyzeClasses(
    packages = "io.ganglion.server",
    importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
  @ArchTest
  static final ArchRule BATCHING_AND_MODELS_KNOW_NO_GRPC =
      noClasses()
          .that()
          .resideInAnyPackage("..server.batch..", "..server.model..", "..server.log..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.grpc..", "..server.grpc..", "..server.endpoint..", "..server.metrics..");

  @ArchTest
  static final ArchRule THE_WIRE_KNOWS_NO_METRICS =
      noClasses()
          .that()
          .resideInAnyPackage("..server.grpc..", "..server.endpoint..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..server.metrics..", "..server.log..", "io.prometheus..");

  @ArchTest
  static final ArchRule ONLY_TRACES_KNOW_OPEN_TELEMETRY =
      noClasses()
          .that()
          .resideOutsideOfPackage("..server.trace..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.opentelemetry..", "io.grpc.opentelemetry..");
}
