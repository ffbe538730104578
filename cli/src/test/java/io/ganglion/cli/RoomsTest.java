package io.ganglion.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.ganglion.cli", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
  @ArchTest
  static final ArchRule THE_SHELL_KNOWS_NO_DOMAIN =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.ganglion.cli..", "java..", "picocli..", "org.snakeyaml..", "org.jspecify..");

  @ArchTest
  static final ArchRule FILES_ARE_READ_WITHOUT_A_SHELL =
      noClasses()
          .that()
          .resideInAPackage("io.ganglion.cli.pairs")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.ganglion.cli", "picocli..");
}
