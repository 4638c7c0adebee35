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
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InliningTest {
  private static final String PACKAGE = "io/github/loss4j/cpu/";
  private static final String ALL_OF_A_CLASS = PACKAGE + "FloatVectors.*";

  @Test
  void everyMethodThatReturnsVectorsIsInlined() throws IOException, URISyntaxException {
    Set<String> wanted = methods(InliningTest::returnsVectors);
    wanted.removeIf(method -> method.startsWith(ALL_OF_A_CLASS.replace("*", "")));
    wanted.removeAll(named("+"));
    assertEquals(Set.of(), wanted);
  }

  @Test
  void everyMethodThatIsNamedIsThere() throws IOException, URISyntaxException {
    Set<String> named = named("+");
    named.addAll(named("-"));
    assertTrue(named.remove(ALL_OF_A_CLASS), named::toString);
    named.removeAll(methods(any -> true));
    assertEquals(Set.of(), named);
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
        .filter(method -> method.startsWith(sign))
        .map(method -> method.substring(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> methods(Predicate<MethodModel> wanted)
      throws IOException, URISyntaxException {
    Path folder =
        Path.of(
            Inlining.class.getProtectionDomain().getCodeSource().getLocation().toURI().getPath(),
            PACKAGE);
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .map(InliningTest::parse)
          .flatMap(parsed -> names(parsed, wanted))
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

  private static Stream<String> names(ClassModel parsed, Predicate<MethodModel> wanted) {
    return parsed.methods().stream()
        .filter(wanted)
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
