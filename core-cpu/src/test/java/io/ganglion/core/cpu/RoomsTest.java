package io.ganglion.core.cpu;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What this module must not depend on, and what must stay inside its package. */
@AnalyzeClasses(
    packages = "io.ganglion.core.cpu",
    importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
  /** This excludes batching, gRPC and other cores. */
  @ArchTest
  static final ArchRule IT_STANDS_ON_RUNTIME_AND_ITS_LIBRARIES_ALONE =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.ganglion.core.cpu..",
              "io.ganglion.runtime..",
              "com.google.common..",
              "com.google.errorprone.annotations..",
              "com.sun.jna..",
              "com.sun.management..",
              "org.bytedeco..",
              "org.jspecify..",
              "java..");

  @ArchTest
  static final ArchRule NATIVE_TYPES_NEVER_LEAVE_IT =
      noMethods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .arePublic()
          .should()
          .haveRawReturnType(resideInAnyPackage("org.bytedeco..", "com.sun.jna.."));
}
