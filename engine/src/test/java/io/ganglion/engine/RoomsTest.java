package io.ganglion.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What each package must not depend on. */
@AnalyzeClasses(
    packages = "io.ganglion.engine",
    importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
  private static final String BATCH = "io.ganglion.engine.batch..";
  private static final String MODEL = "io.ganglion.engine.model..";
  private static final String CACHE = "io.ganglion.engine.cache..";
  private static final String THREAD = "io.ganglion.engine.thread..";

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
      slices().matching("io.ganglion.engine.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule THE_ENGINE_KNOWS_NO_GRPC_AND_A_CORE_ONLY_BY_THE_SEAM =
      neverSees(
          "io.ganglion.engine..",
          "io.grpc..",
          "com.google.protobuf..",
          "io.ganglion.proto..",
          "io.ganglion.server..",
          "io.ganglion.client..",
          "io.ganglion.core..",
          "org.bytedeco..",
          "com.sun.jna..");

  @ArchTest static final ArchRule BATCHING_KNOWS_NO_MODEL = neverSees(BATCH, MODEL);

  @ArchTest static final ArchRule THREADS_KNOW_NOBODY = neverSees(THREAD, BATCH, MODEL, CACHE);

  @ArchTest static final ArchRule THE_CACHE_KNOWS_NOBODY = neverSees(CACHE, BATCH, MODEL, THREAD);
}
