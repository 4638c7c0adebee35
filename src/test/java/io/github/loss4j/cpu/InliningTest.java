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

  @Test
  void everyMethodThatReturnsVectorsIsNamedAndNoOther() throws IOException, URISyntaxException {
    Set<String> named = new TreeSet<>();
    for (JsonElement directive : inlined()) {
      String method = directive.getAsString();
      assertTrue(method.startsWith("+"), method);
      named.add(method.substring(1));
    }
    assertTrue(named.remove(ALL_OF_A_CLASS), named::toString);
    assertEquals(methodsThatReturnVectors(), named);
  }

  @Test
  void theJvmTakesTheDirectives() throws IOException {
    assertEquals("1 compiler directives added", CompilerDirectives.add(Inlining.directives()));
  }

  private static JsonArray inlined() {
    return JsonParser.parseString(new String(Inlining.directives(), StandardCharsets.UTF_8))
        .getAsJsonArray()
        .get(0)
        .getAsJsonObject()
        .getAsJsonArray("inline");
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
