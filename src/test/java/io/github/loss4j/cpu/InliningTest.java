// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InliningTest {
  private static final String PACKAGE = "io/github/loss4j/cpu/";
  private static final String ALL_OF_A_CLASS = PACKAGE + "FloatVectors.*";
  private static final Set<String> LOOPS =
      Set.of(
          "FloatVectorFourPlaces.addFloats",
          "FloatVectorFourPlaces.addHalves",
          "FloatVectorOnePlace.addFloats",
          "FloatVectorOnePlace.addHalves",
          "FloatVectorTerms.addLanes",
          "FloatVectorTerms.addSome");
  private static final Set<String> PARTS_OF_LOOPS =
      Set.of("FloatVectorFourPlaces.addLanes", "FloatVectorOnePlace.addLanes");
  private static final String EXPECT_FAULT = PACKAGE + "FloatVectorSegment.expectFault";

  @Test
  void whatMustBeInlinedIsAndNoOther() throws IOException, URISyntaxException {
    Set<String> wanted = methodsThatReturnVectors();
    PARTS_OF_LOOPS.forEach(method -> wanted.add(PACKAGE + method));
    wanted.add(EXPECT_FAULT);
    wanted.add(ALL_OF_A_CLASS);
    assertEquals(wanted, named("+"));
  }

  @Test
  void loopsAreCompiledAlone() {
    assertEquals(
        LOOPS.stream().map(method -> PACKAGE + method).collect(Collectors.toSet()), named("-"));
    Set<String> declared =
        Stream.of(FloatVectorTerms.class, FloatVectorOnePlace.class, FloatVectorFourPlaces.class)
            .flatMap(type -> Stream.of(type.getDeclaredMethods()))
            .map(method -> method.getDeclaringClass().getSimpleName() + "." + method.getName())
            .collect(Collectors.toSet());
    assertTrue(declared.containsAll(LOOPS), declared::toString);
    assertTrue(declared.containsAll(PARTS_OF_LOOPS), declared::toString);
  }

  @Test
  void theJvmTakesTheDirectives() throws IOException {
    assertEquals("1 compiler directives added", CompilerDirectives.add(Inlining.directives()));
  }

  /** The methods that a sign says what to do with: to inline them or not to. */
  private static Set<String> named(String sign) {
    JsonArray inline =
        JsonParser.parseString(new String(Inlining.directives(), StandardCharsets.UTF_8))
            .getAsJsonArray()
            .get(0)
            .getAsJsonObject()
            .getAsJsonArray("inline");
    return inline.asList().stream()
        .map(JsonElement::getAsString)
        .peek(method -> assertTrue(method.matches("[+-].*"), method))
        .filter(method -> method.startsWith(sign))
        .map(method -> method.substring(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> methodsThatReturnVectors() throws IOException, URISyntaxException {
    Path folder =
        Path.of(
            Inlining.class.getProtectionDomain().getCodeSource().getLocation().toURI().getPath(),
            PACKAGE);
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .map(InliningTest::parse)
          .filter(parsed -> !parsed.thisClass().asInternalName().endsWith("/FloatVectors"))
          .flatMap(InliningTest::methodsThatReturnVectors)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static ClassModel parse(Path file) {
    try {
      return ClassFile.of().parse(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> methodsThatReturnVectors(ClassModel parsed) {
    return parsed.methods().stream()
        .filter(InliningTest::returnsVectors)
        .map(
            method ->
                parsed.thisClass().asInternalName() + "." + method.methodName().stringValue());
  }

  private static boolean returnsVectors(MethodModel method) {
    return method
        .methodTypeSymbol()
        .returnType()
        .descriptorString()
        .startsWith("Ljdk/incubator/vector/");
  }
}
