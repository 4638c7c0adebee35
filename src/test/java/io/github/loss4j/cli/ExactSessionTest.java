// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.exact.ExactSession;
import io.github.loss4j.exact.Wide;
import io.github.loss4j.io.InvalidFileException;
import io.github.loss4j.io.NpyFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The exact values are PyTorch's float64 values, to the digits that these have. */
class ExactSessionTest {
  private static final long LARGE = 5_000;

  @TestFactory
  Stream<DynamicTest> agreesWithFloat64OfPyTorch() throws IOException {
    return Conformance.read(ConformanceFolder.path()).stream()
        .filter(one -> !one.refused() && CaseComputation.implemented(one.op()))
        .map(one -> DynamicTest.dynamicTest(one.name(), () -> check(one)));
  }

  private static void check(ConformanceCase one) throws InvalidFileException {
    try (Arena arena = Arena.ofShared();
        ExactSession session = new ExactSession()) {
      Map<String, Tensor> inputs = one.read(arena);
      Tensor input = inputs.get("input");
      if (input.dtype() != DType.F64 || input.size() > LARGE) {
        return;
      }
      Map<String, Tensor> outputs = CaseComputation.outputs(one, inputs, session);
      boolean allFinite = inputs.values().stream().allMatch(ExactSessionTest::isFinite);
      for (RecordedOutput recorded : one.outputs()) {
        Tensor expected = NpyFile.read(recorded.file(), arena);
        List<Wide> exact = session.exactly(outputs.get(recorded.role()));
        assertEquals(expected.size(), exact.size(), recorded.role());
        for (int i = 0; i < exact.size(); i++) {
          if (allFinite || exact.get(i).isDefined()) {
            compare(recorded, i, expected.getDouble(i), exact.get(i).toDouble());
          }
        }
      }
    }
  }

  private static boolean isFinite(Tensor tensor) {
    return Arrays.stream(tensor.toDoubleArray()).allMatch(Double::isFinite);
  }

  private static void compare(RecordedOutput recorded, int i, double expected, double exact) {
    if (Double.isFinite(expected)) {
      double tolerance = recorded.atol() + recorded.rtol() * Math.abs(expected);
      assertEquals(expected, exact, tolerance, recorded.role() + "[" + i + "]");
    }
  }
}
