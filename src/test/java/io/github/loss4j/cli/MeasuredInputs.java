// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Draws;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;

/** Random and adversarial operands of a type; the same type draws the same. */
final class MeasuredInputs {
  private static final int ROWS = 40;
  private static final int CLASSES = 10;
  private static final int ELEMENTS = 400;

  /**
   * What a loss or normalisation is computed of.
   *
   * @param input logits, log-probabilities or probabilities
   * @param target labels or probabilities
   * @param weight per class
   * @param upstream of the input's shape
   */
  record Operands(Tensor input, Tensor target, Tensor weight, Tensor upstream) {}

  private final DType type;
  private final Random random = new Random(1);
  private final Draws draws = new Draws(2);

  MeasuredInputs(DType type) {
    this.type = type;
  }

  /** Rows of logits. */
  Map<String, Operands> rows(boolean labels) {
    Map<String, Operands> rows = new LinkedHashMap<>();
    rows.put("random logits", row(labels, 3, 0, ROWS, CLASSES));
    rows.put("logits up to ±10,000", row(labels, 4e3, 0, ROWS, CLASSES));
    rows.put("logits about 10⁸", row(labels, 30, 1e8, ROWS, CLASSES));
    rows.put("confident rows", confident(labels));
    rows.put("ties", tied(labels));
    rows.put("1,000 classes", row(labels, 2, 0, 4, 1_000));
    rows.put("5,000 classes", row(labels, 2, 0, 1, 5_000));
    return rows;
  }

  private Operands row(boolean labels, double deviation, double offset, int rows, int classes) {
    Tensor logits = drawn(() -> offset + deviation * random.nextGaussian(), rows, classes);
    return new Operands(
        logits,
        labels ? draws.labels(classes, 0, DType.I64, rows) : distributions(rows, classes),
        draws.uniform(type, classes),
        draws.normal(1, type, rows, classes));
  }

  /** One logit leads by 8 to 86; where there are labels, it is the label's. */
  private Operands confident(boolean labels) {
    Operands operands = row(labels, 1, 0, ROWS, CLASSES);
    for (int row = 0; row < ROWS; row++) {
      long leader = labels ? operands.target().getLong(row) : row % CLASSES;
      operands.input().setDouble((long) row * CLASSES + leader, 8 + 2 * row);
    }
    return operands;
  }

  /** Logits of three values, so that the largest is there several times. */
  private Operands tied(boolean labels) {
    Operands operands = row(labels, 1, 0, ROWS, CLASSES);
    for (long i = 0; i < operands.input().size(); i++) {
      operands.input().setDouble(i, random.nextInt(3));
    }
    return operands;
  }

  /** Probabilities that sum to about 1, as soft labels are. */
  private Tensor distributions(int rows, int classes) {
    Tensor q = drawn(() -> StrictMath.exp(2 * random.nextGaussian()), rows, classes);
    for (int row = 0; row < rows; row++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += q.getDouble((long) row * classes + c);
      }
      for (int c = 0; c < classes; c++) {
        long at = (long) row * classes + c;
        q.setDouble(at, q.getDouble(at) / sum);
      }
    }
    return q;
  }

  /** Logits of binary answers; half of the targets are 0 or 1, the others between. */
  Map<String, Operands> logits() {
    Map<String, Operands> elements = new LinkedHashMap<>();
    elements.put("random logits", element(() -> 3 * random.nextGaussian(), this::target));
    elements.put("logits up to ±10,000", element(() -> 4e3 * random.nextGaussian(), this::target));
    elements.put("confident logits", element(this::confidentLogit, this::target));
    elements.put("logits near 0", element(() -> sign() * power(-40, -7), this::target));
    return elements;
  }

  private double confidentLogit() {
    return sign() * random.nextDouble(8, 86);
  }

  /** Probabilities of binary answers. */
  Map<String, Operands> probabilities() {
    Map<String, Operands> elements = new LinkedHashMap<>();
    elements.put("random probabilities", element(random::nextDouble, this::target));
    elements.put("probabilities near 0", element(() -> power(-100, -7), this::target));
    elements.put("probabilities near 1", element(() -> 1 - power(-24, -7), this::target));
    return elements;
  }

  /** Log-probabilities, and the target as probabilities or logarithms of them. */
  Map<String, Operands> divergence(boolean logTarget) {
    Map<String, Operands> elements = new LinkedHashMap<>();
    DoubleSupplier log = () -> StrictMath.log(1 - random.nextDouble());
    DoubleSupplier tiny = () -> power(-100, -7);
    elements.put("random", element(log, logTarget ? log : random::nextDouble));
    elements.put(
        "tiny target probabilities",
        element(log, logTarget ? () -> StrictMath.log(tiny.getAsDouble()) : tiny));
    elements.put(
        "target probabilities near 1",
        element(log, logTarget ? () -> -power(-24, -7) : () -> 1 - power(-24, -7)));
    elements.put("input near the target's logarithm", nearby(logTarget));
    return elements;
  }

  /** The divergence is about the square of what input and target differ by. */
  private Operands nearby(boolean logTarget) {
    Operands operands = element(() -> StrictMath.log(1 - random.nextDouble()), () -> 0);
    for (long i = 0; i < operands.input().size(); i++) {
      double x = operands.input().getDouble(i) * (1 + 0.001 * random.nextGaussian());
      operands.target().setDouble(i, logTarget ? x : StrictMath.exp(x));
    }
    return operands;
  }

  private Operands element(DoubleSupplier input, DoubleSupplier target) {
    Tensor x = drawn(input, ELEMENTS);
    return new Operands(x, drawn(target, ELEMENTS), x, x);
  }

  private double target() {
    double t = random.nextDouble();
    return random.nextBoolean() ? t : Math.rint(t);
  }

  private int sign() {
    return random.nextBoolean() ? 1 : -1;
  }

  /** A random power of two times a number from 1 to 2. */
  private double power(int least, int largest) {
    return Math.scalb(1 + random.nextDouble(), random.nextInt(least, largest));
  }

  private Tensor drawn(DoubleSupplier element, long... shape) {
    Tensor tensor = Tensor.allocate(type, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setDouble(i, element.getAsDouble());
    }
    return tensor;
  }
}
