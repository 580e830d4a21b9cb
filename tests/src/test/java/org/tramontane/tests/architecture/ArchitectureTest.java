package org.tramontane.tests.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The arrows of the house: `tensor` knows nobody, `transformer` knows `tensor`, `spac` knows both, `cli` knows all.
class ArchitectureTest {
  private static final String ROOT = "org.tramontane.";

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(
              "org.tramontane.tensor",
              "org.tramontane.transformer",
              "org.tramontane.spac",
              "org.tramontane.cli");

  /// The first part of the package after the root: the module's name.
  private static String module(JavaClass type) {
    String rest = type.getPackageName().substring(ROOT.length());
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().startsWith(ROOT);
  }

  private void assertKnowsOnly(String module, String... known) {
    Set<String> allowed = Set.of(known);
    Set<String> actual = new TreeSet<>();
    for (JavaClass type : ALL) {
      if (module(type).equals(module)) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (isOurs(target) && !module(target).equals(module)) {
            actual.add(module(target));
          }
        }
      }
    }
    assertThat(actual).as("what " + module + " imports").isSubsetOf(allowed);
  }

  @Test
  void everyModuleWasImported() {
    Set<String> modules = new TreeSet<>();
    ALL.forEach(type -> modules.add(module(type)));
    assertThat(modules).containsExactly("cli", "spac", "tensor", "transformer");
  }

  @Test
  void arrows() {
    assertKnowsOnly("tensor");
    assertKnowsOnly("transformer", "tensor");
    assertKnowsOnly("spac", "tensor", "transformer");
    assertKnowsOnly("cli", "tensor", "transformer", "spac");
  }

  @Test
  void internalPackagesStayInTheirModule() {
    ArchCondition<JavaClass> stayAtHome =
        new ArchCondition<>("use no other module's internal packages") {
          @Override
          public void check(JavaClass type, ConditionEvents events) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
              JavaClass target = dependency.getTargetClass().getBaseComponentType();
              if (isOurs(target)
                  && resideInAPackage("..internal..").test(target)
                  && !module(target).equals(module(type))) {
                events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
              }
            }
          }
        };
    classes().should(stayAtHome).check(ALL);
  }

  @Test
  void noJavaSerialisation() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectOutputStream")
        .check(ALL);
  }

  @Test
  void theTheoryNeedsNoModel() {
    noClasses()
        .that()
        .resideInAPackage("org.tramontane.spac.theory..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.tramontane.tensor..", "org.tramontane.transformer..")
        .check(ALL);
  }

  @Test
  void noUnsafe() {
    noClasses().should().dependOnClassesThat().haveFullyQualifiedName("sun.misc.Unsafe").check(ALL);
  }

  @Test
  void onlyTheCommandLineEndsTheJvmOrPrints() {
    DescribedPredicate<JavaClass> libraries =
        DescribedPredicate.describe("libraries", type -> !module(type).equals("cli"));
    noClasses()
        .that(libraries)
        .should(callMethod(System.class, "exit", int.class))
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.util.logging")
        .check(ALL);
  }

  /// ND4J's jars are optional: whoever asks whether they are there must not need them.
  @Test
  void onlyTheNd4jBackendKnowsNd4jAndItsProviderDoesNot() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.tramontane.tensor.nd4j..")
        .or()
        .haveSimpleName("Nd4jBackendProvider")
        .or()
        .haveSimpleNameStartingWith("Cuda")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.nd4j..", "org.bytedeco..")
        .check(ALL);
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<String> packages = new TreeSet<>();
    ALL.forEach(type -> packages.add(type.getPackageName()));
    assertThat(packages)
        .allSatisfy(
            name ->
                assertThat(ALL.getPackage(name).isAnnotatedWith(NullMarked.class))
                    .as(name + " has a @NullMarked package-info")
                    .isTrue());
  }
}
