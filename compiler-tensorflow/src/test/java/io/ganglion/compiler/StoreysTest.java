package io.ganglion.compiler;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.ganglion.compiler.savedmodel.TensorFlowProcess;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.SafeTensors;

/** The compiler's storeys, and what each of its packages must not depend on. */
@AnalyzeClasses(packages = "io.ganglion.compiler", importOptions = StoreysTest.MainCode.class)
class StoreysTest {
  /** Not the tests of either module, which lie in a folder or in a jar. */
  static final class MainCode implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }
  }

  private static final String ROOT = "io.ganglion.compiler";
  private static final String FILES = "java.nio.file..";
  private static final String ARTIFACT = "io.ganglion.runtime.artifact..";

  @ArchTest
  static final ArchRule EACH_STOREY_KNOWS_ONLY_THOSE_BELOW =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("cli")
          .definedBy(ROOT + ".cli..")
          .layer("pipeline")
          .definedBy(ROOT + ".pipeline..")
          .layer("verify")
          .definedBy(ROOT + ".verify..")
          .layer("rooms")
          .definedBy(
              ROOT + ".source..",
              ROOT + ".inspect..",
              ROOT + ".tune..",
              ROOT + ".sample..",
              ROOT + ".backend..",
              ROOT + ".emit..",
              ROOT + ".export..",
              ROOT + ".recognise..",
              ROOT + ".rewrite..",
              ROOT + ".pass..",
              ROOT + ".partition..",
              ROOT + ".savedmodel..",
              ROOT + ".onnx..",
              ROOT + ".model..",
              ROOT + ".graph..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("pipeline")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("verify")
          .mayOnlyBeAccessedByLayers("cli", "pipeline");

  @ArchTest
  static final ArchRule NO_ROOMS_STAND_IN_A_CIRCLE =
      slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule THE_ROOT_KNOWS_NO_ROOM =
      noClasses()
          .that()
          .resideInAPackage(ROOT)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + ".*..");

  @ArchTest
  static final ArchRule ONLY_COMMANDS_KNOW_FLAGS =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("picocli..", ROOT + ".cli..");

  @ArchTest
  static final ArchRule ONLY_COMMANDS_PRINT =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".cli..")
          // It flushes Java's output before it closes the descriptor to native code.
          .and(not(belongToAnyOf(TensorFlowProcess.class)))
          .should(ACCESS_STANDARD_STREAMS)
          .orShould(callMethod(Throwable.class, "printStackTrace"));

  @ArchTest
  static final ArchRule ONLY_FILES_AND_TRAINING_KNOW_TENSORFLOW =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + ".savedmodel..", ROOT + ".tune..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.tensorflow..");

  @ArchTest
  static final ArchRule THE_SEAM_OF_SOURCES_KNOWS_NO_KIND_OF_SOURCE =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".source")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + ".source.*..", ROOT + ".savedmodel..", ROOT + ".graph..");

  @ArchTest
  static final ArchRule SOURCES_KNOW_NO_ARTIFACTS =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".source..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(ARTIFACT, ROOT + ".backend..", ROOT + ".rewrite..")
                  // Sources, too, hold their weights as safetensors.
                  .and(not(belongToAnyOf(SafeTensors.class, ArtifactException.class))));

  @ArchTest
  static final ArchRule VERIFICATION_KNOWS_NO_GRAPHS =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".verify..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + ".source..",
              ROOT + ".graph..",
              ROOT + ".rewrite..",
              ROOT + ".backend..",
              ROOT + ".savedmodel..");

  @ArchTest
  static final ArchRule GRAPHS_PASSES_AND_RECOGNITION_KNOW_NO_FILES =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + ".graph..",
              ROOT + ".recognise..",
              ROOT + ".pass..",
              ROOT + ".rewrite..",
              ROOT + ".partition..",
              ROOT + ".model..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              FILES, ARTIFACT, ROOT + ".savedmodel..", ROOT + ".source..", ROOT + ".backend..");

  @ArchTest
  static final ArchRule THE_MIDDLE_KNOWS_NO_GRAPHS =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".model..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + ".graph..");

  @ArchTest
  static final ArchRule THE_PARTITION_KNOWS_NO_MODELS =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".partition..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + ".model..", ROOT + ".recognise..");

  @ArchTest
  static final ArchRule BACK_ENDS_KNOW_NO_SOURCES =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".backend..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + ".source..", ROOT + ".recognise..", ROOT + ".verify..");

  @ArchTest
  static final ArchRule SAMPLES_TRAINING_AND_SAVED_MODELS_KNOW_NO_ARTIFACTS =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + ".sample..", ROOT + ".tune..", ROOT + ".savedmodel..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ARTIFACT);

  @ArchTest
  static final ArchRule THE_RUN_OF_AN_ONNX_GRAPH_KNOWS_NO_RECOGNITION =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + ".onnx", ROOT + ".onnx.run..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + ".onnx.lower..", ROOT + ".recognise..", ROOT + ".model..", ROOT + ".source..");

  @ArchTest
  static final ArchRule A_KIND_OF_SOURCE_IS_FOUND_AND_NOT_NAMED =
      classes()
          .that()
          .implement("io.ganglion.compiler.source.SourceFormat")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAPackage(ROOT + ".source.*..");
}
