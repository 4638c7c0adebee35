// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.util.List;
import org.junit.jupiter.api.Test;

class FloatVectorTermsTest {
  /** FreqInlineSize, which no JVM has another value of unless it is told so. */
  private static final int INLINED_BYTES = 325;

  @Test
  void loopsAreTooLongToBeInlined() throws IOException {
    List<Integer> lengths;
    try (InputStream bytes = FloatVectorTerms.class.getResourceAsStream("FloatVectorTerms.class")) {
      lengths =
          ClassFile.of().parse(bytes.readAllBytes()).methods().stream()
              .filter(method -> method.methodName().stringValue().matches("add(Untied)?Lanes"))
              .map(FloatVectorTermsTest::codeLength)
              .toList();
    }
    assertEquals(2, lengths.size());
    assertTrue(lengths.stream().allMatch(length -> length > INLINED_BYTES), lengths::toString);
  }

  private static int codeLength(MethodModel method) {
    return method.code().map(code -> ((CodeAttribute) code).codeLength()).orElseThrow();
  }
}
