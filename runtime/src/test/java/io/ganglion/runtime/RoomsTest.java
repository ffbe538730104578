package io.ganglion.runtime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** What each room never sees. */
@AnalyzeClasses(
    packages = "io.ganglion.runtime",
    importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
  @ArchTest
  static final ArchRule NOBODY_KNOWS_NATIVE_CODE_GRPC_OR_TENSORFLOW =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..", "com.sun.jna..", "io.grpc..", "org.tensorflow..");

  @ArchTest
  static final ArchRule THE_SEAM_KNOWS_NO_CORE =
      noClasses().should().dependOnClassesThat().resideInAPackage("io.ganglion.core..");

  @ArchTest
  static final ArchRule WHAT_A_MODEL_IS_KNOWS_NO_FILES_TEXT_OR_CORES =
      noClasses()
          .that()
          .resideInAPackage("..runtime.model..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..runtime.artifact..",
              "..runtime.text..",
              "..runtime.core..",
              "java.io..",
              "java.nio..");

  @ArchTest
  static final ArchRule THE_FORMAT_KNOWS_NO_CORES =
      noClasses()
          .that()
          .resideInAPackage("..runtime.artifact..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..runtime.core..");

  @ArchTest
  static final ArchRule TEXT_KNOWS_NO_MODELS =
      noClasses()
          .that()
          .resideInAPackage("..runtime.text..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..runtime.model..", "..runtime.artifact..", "..runtime.core..");

  @ArchTest
  static final ArchRule ROOMS_STAND_IN_NO_CIRCLE =
      SlicesRuleDefinition.slices().matching("io.ganglion.runtime.(*)..").should().beFreeOfCycles();
}
