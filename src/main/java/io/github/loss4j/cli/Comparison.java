// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.Tensor;
import java.util.Optional;

/** When an output passes: near enough to what was recorded, or bit for bit like another's. */
final class Comparison {
  private Comparison() {}

  /**
   * Compares a result with what was recorded, entry by entry: both are NaN, or both are the same
   * infinity, or they are within the tolerances.
   */
  static Optional<Difference> withRecorded(RecordedOutput recorded, Tensor got, Tensor want) {
    if (!Difference.sameForm(got, want)) {
      return Optional.of(Difference.ofForm(got, want));
    }
    long overflows = 0;
    for (long i = 0; i < want.size(); i++) {
      double value = got.getDouble(i);
      double expected = want.getDouble(i);
      if (near(value, expected, recorded) || exact(value, i, recorded)) {
        continue;
      }
      // Computed in a wider type, what overflows in float32 may stay finite.
      if (!Double.isFinite(expected)
          && Double.isFinite(value)
          && ++overflows <= recorded.overflows()) {
        continue;
      }
      return Optional.of(Difference.at(i, got, want));
    }
    return Optional.empty();
  }

  /** Compares bits; any NaN is like any other. */
  static Optional<Difference> bits(Tensor got, Tensor want) {
    if (!Difference.sameForm(got, want)) {
      return Optional.of(Difference.ofForm(got, want));
    }
    for (long i = 0; i < want.size(); i++) {
      if (bits(got, i) != bits(want, i)) {
        return Optional.of(Difference.at(i, got, want));
      }
    }
    return Optional.empty();
  }

  private static boolean near(double got, double want, RecordedOutput recorded) {
    return Double.isFinite(want)
        ? Math.abs(got - want) <= recorded.atol() + recorded.rtol() * Math.abs(want)
        : Double.compare(got, want) == 0;
  }

  /** Whether this is the true value of an entry for which the reference has NaN. */
  private static boolean exact(double got, long index, RecordedOutput recorded) {
    Double value = recorded.exactWhereNan().get(index);
    return value != null && near(got, value, recorded);
  }

  /** The bits of an entry, as those of a double; widening is exact. */
  private static long bits(Tensor tensor, long index) {
    return Double.doubleToLongBits(tensor.getDouble(index));
  }
}
