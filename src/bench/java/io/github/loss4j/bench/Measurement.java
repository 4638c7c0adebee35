// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.cli.BenchShape;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How long some peers took for the same, in rounds that took turns.
 *
 * @param op the operation
 * @param backward whether with the gradient
 * @param dtype the input's
 * @param shape the input's
 * @param bytes that must be read and written
 * @param seconds the median of each peer, by label
 */
record Measurement(
    String op,
    boolean backward,
    String dtype,
    String shape,
    double bytes,
    Map<String, Double> seconds) {

  static String label(String op, boolean backward, String dtype, String shape) {
    return String.join(" ", op, backward ? "gradient" : "forward", dtype, shape);
  }

  String label() {
    return label(op, backward, dtype, shape);
  }

  long rows() {
    return BenchShape.parse(shape).rows();
  }

  long classes() {
    return BenchShape.parse(shape).classes();
  }

  /** The time of a peer that was measured. */
  double time(String label) {
    return Objects.requireNonNull(seconds.get(label), label);
  }

  /** How many times as long as the second the first took; empty if one was not measured. */
  Optional<Double> ratio(String first, String second) {
    Double dividend = seconds.get(first);
    Double divisor = seconds.get(second);
    return dividend == null || divisor == null ? Optional.empty() : Optional.of(dividend / divisor);
  }
}
