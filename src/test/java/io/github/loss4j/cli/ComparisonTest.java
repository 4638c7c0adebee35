// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static RecordedOutput recorded(long overflows, Map<Long, Double> exactWhereNan) {
    return new RecordedOutput("loss", Path.of("unused.npy"), 1e-2, 1e-3, overflows, exactWhereNan);
  }

  private static Optional<Difference> compare(
      RecordedOutput recorded, double[] got, double... want) {
    return Comparison.withRecorded(recorded, Tensor.of(got), Tensor.of(want));
  }

  @ParameterizedTest
  @CsvSource({
    "100, 101, true",
    "100, 101.02, false",
    "0, 0.001, true",
    "0, 0.0011, false",
    "0, -0.0, true",
    "NaN, NaN, true",
    "NaN, 1, false",
    "1, NaN, false",
    "Infinity, Infinity, true",
    "-Infinity, Infinity, false",
    "Infinity, 1e308, false",
    "1e308, Infinity, false",
    "NaN, Infinity, false"
  })
  void anEntryPassesWithinItsTolerancesOrAsTheSameNonFinite(
      double want, double got, boolean passes) {
    Optional<Difference> difference = compare(recorded(0, Map.of()), new double[] {got}, want);
    assertEquals(passes, difference.isEmpty(), difference::toString);
  }

  @Test
  void theFirstDifferingEntryIsNamed() {
    Tensor want = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor got = Tensor.of(new float[] {1, 2, 3, 4, 7.5f, 9}, 2, 3);
    assertEquals(
        Optional.of(new Difference("[1, 1]", "7.5", "5.0")),
        Comparison.withRecorded(recorded(0, Map.of()), got, want));
  }

  @Test
  void shapesAndTypesMustBeEqual() {
    Tensor flat = Tensor.of(new float[6]);
    assertEquals(
        Optional.of(new Difference(null, "F32[6]", "F32[2, 3]")),
        Comparison.withRecorded(recorded(0, Map.of()), flat, flat.reshape(2, 3)));
    assertEquals(
        Optional.of(new Difference(null, "F32[6]", "F64[6]")),
        Comparison.withRecorded(recorded(0, Map.of()), flat, Tensor.of(new double[6])));
  }

  @Test
  void whatOverflowsInTheReferenceMayStayFiniteAsOftenAsIsRecorded() {
    double[] got = {6e38, 6e38};
    assertEquals(Optional.empty(), compare(recorded(2, Map.of()), got, INFINITY, INFINITY));
    assertEquals(
        Optional.of(new Difference("[1]", "6.0E38", "Infinity")),
        compare(recorded(1, Map.of()), got, INFINITY, INFINITY));
  }

  @Test
  void whereTheReferenceHasNanTheTrueValuePassesToo() {
    RecordedOutput recorded = recorded(0, Map.of(1L, 5.0));
    double[] want = {1, Double.NaN};
    assertEquals(Optional.empty(), compare(recorded, new double[] {1, Double.NaN}, want));
    assertEquals(Optional.empty(), compare(recorded, new double[] {1, 5.0001}, want));
    assertEquals(
        Optional.of(new Difference("[1]", "6.0", "NaN")),
        compare(recorded, new double[] {1, 6}, want));
  }

  @Test
  void bitsDifferBySignOfZeroAndLastPlaceButNotByPayloadOfNan() {
    float nan = Float.intBitsToFloat(0x7fc0_0001);
    Tensor a = Tensor.of(new float[] {1, nan});
    assertEquals(Optional.empty(), Comparison.bits(a, Tensor.of(new float[] {1, Float.NaN})));
    assertEquals(
        Optional.of(new Difference("[0]", "1.0", "1.0000001")),
        Comparison.bits(a, Tensor.of(new float[] {Math.nextUp(1f), nan})));
    assertEquals(
        Optional.of(new Difference("[]", "-0.0", "0.0")),
        Comparison.bits(Tensor.scalar(-0.0, DType.F64), Tensor.scalar(0, DType.F64)));
  }
}
