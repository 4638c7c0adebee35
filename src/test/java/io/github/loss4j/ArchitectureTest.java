// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** Which package may import which: the arrows of the design run one way. */
@AnalyzeClasses(packages = "io.github.loss4j", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.github.loss4j";
  private static final String HOST = ROOT + ".host..";
  private static final String CPU = ROOT + ".cpu..";
  private static final String OPENCL = ROOT + ".opencl..";
  private static final String TORNADO = ROOT + ".tornado..";
  private static final String IO = ROOT + ".io..";
  private static final String EVAL = ROOT + ".eval..";
  private static final String REPORT = ROOT + ".eval.report..";
  private static final String CLI = ROOT + ".cli..";
  private static final String SPARK = ROOT + ".spark..";

  @ArchTest static final ArchRule rootImportsNoOther = imports(ROOT);
  @ArchTest static final ArchRule hostImportsRoot = imports(HOST, ROOT);
  @ArchTest static final ArchRule cpuImportsRootAndHost = imports(CPU, ROOT, HOST);
  @ArchTest static final ArchRule openclImportsRootAndHost = imports(OPENCL, ROOT, HOST);
  @ArchTest static final ArchRule tornadoImportsRootAndHost = imports(TORNADO, ROOT, HOST);
  @ArchTest static final ArchRule ioImportsRoot = imports(IO, ROOT);
  @ArchTest static final ArchRule evalImportsRoot = imports(EVAL, ROOT);
  @ArchTest static final ArchRule cliImportsRootIoAndEval = imports(CLI, ROOT, IO, EVAL);
  @ArchTest static final ArchRule sparkImportsRootAndEval = imports(SPARK, ROOT, EVAL);

  /** A new package must say here what it may import. */
  @ArchTest
  static final ArchRule everyPackageHasItsRule =
      classes().should().resideInAnyPackage(ROOT, HOST, CPU, OPENCL, TORNADO, IO, EVAL, CLI, SPARK);

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.github.(**)").should().beFreeOfCycles();

  @ArchTest static final ArchRule onlyOpenclKnowsJocl = only("org.jocl..", OPENCL);

  @ArchTest
  static final ArchRule onlyTornadoKnowsTornadoVm = only("uk.ac.manchester.tornado..", TORNADO);

  @ArchTest static final ArchRule onlyCpuKnowsVectors = only("jdk.incubator.vector..", CPU);
  @ArchTest static final ArchRule onlyCpuTellsTheJvm = only("javax.management..", CPU);

  @ArchTest static final ArchRule onlyCliKnowsPicocli = only("picocli..", CLI);
  @ArchTest static final ArchRule onlyCliKnowsProgressbar = only("me.tongfei..", CLI);
  @ArchTest static final ArchRule onlySparkKnowsSpark = only("org.apache.spark..", SPARK);
  @ArchTest static final ArchRule onlySparkKnowsScala = only("scala..", SPARK);

  @ArchTest static final ArchRule onlyReportKnowsMustache = only("com.samskivert..", REPORT);

  @ArchTest
  static final ArchRule onlyIoEvalAndCliKnowGson = only("com.google.gson..", IO, EVAL, CLI);

  /** A library user gets JOCL and nothing else. */
  @ArchTest
  static final ArchRule nothingElseIsImported =
      noClasses()
          .should()
          .dependOnClassesThat(
              not(
                  resideInAnyPackage(
                      "java..",
                      "io.github.loss4j..",
                      "org.jspecify..",
                      "org.jocl..",
                      "uk.ac.manchester.tornado.api..",
                      "jdk.incubator.vector..",
                      "javax.management..",
                      "com.google.gson..",
                      "com.samskivert..",
                      "picocli..",
                      "me.tongfei..",
                      "org.apache.spark..",
                      "scala..")));

  @ArchTest
  static final ArchRule onlyCliPrints =
      noClasses().that(not(resideInAPackage(CLI))).should(ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule publicFieldsAreConstants =
      fields()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(ROOT, HOST, IO, EVAL, SPARK)
          .should(beImmutable());

  private static ArchRule imports(String importer, String... imported) {
    String[] allowed = new String[imported.length + 1];
    allowed[0] = importer;
    System.arraycopy(imported, 0, allowed, 1, imported.length);
    return noClasses()
        .that()
        .resideInAPackage(importer)
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.github.loss4j..").and(not(resideInAnyPackage(allowed))));
  }

  private static ArchRule only(String library, String... importers) {
    return noClasses()
        .that(not(resideInAnyPackage(importers)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }

  private static ArchCondition<JavaField> beImmutable() {
    return new ArchCondition<>("be final and no array") {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        boolean isFinal = field.getModifiers().contains(JavaModifier.FINAL);
        events.add(
            new SimpleConditionEvent(
                field, isFinal && !field.getRawType().isArray(), field.getDescription()));
      }
    };
  }
}
