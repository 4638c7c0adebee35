// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.ExactSum;
import java.math.BigDecimal;
import java.math.MathContext;

/** The mean of numbers and its standard error, from the exact sums of the numbers and squares. */
final class Moments implements Tally {
  private static final MathContext PRECISION = new MathContext(40);

  private long count;
  private ExactSum sum = new ExactSum();
  private ExactSum squares = new ExactSum();

  @Override
  public void add(RowBatch rows) {
    count += rows.counted();
    sum.add(rows.nlls());
    squares.addSquares(rows.nlls());
  }

  void add(double x) {
    count++;
    sum.add(x);
    squares.addSquare(x);
  }

  @Override
  public void merge(Tally other) {
    Moments moments = (Moments) other;
    count += moments.count;
    sum.merge(moments.sum);
    squares.merge(moments.squares);
  }

  @Override
  public void exchange(TotalsForm form) {
    count = form.count("count", count);
    sum = form.sum("sum", sum);
    squares = form.sum("sum_of_squares", squares);
  }

  double sum() {
    return sum.value();
  }

  /** NaN over nothing. */
  double mean() {
    return sum.value() / count;
  }

  /** s<sup>2</sup> = &sum;(x - mean)<sup>2</sup> / (n - 1); NaN below two finite numbers. */
  double standardDeviation() {
    return Math.sqrt(variance());
  }

  /** Of the mean: s / &radic;n. */
  double standardError() {
    return Math.sqrt(variance() / count);
  }

  private double variance() {
    if (count < 2 || !sum.isFinite() || !squares.isFinite()) {
      return Double.NaN;
    }
    BigDecimal n = BigDecimal.valueOf(count);
    BigDecimal total = sum.toBigDecimal();
    // n times the sum of the squared distances from the mean: nothing is rounded before.
    BigDecimal distances = squares.toBigDecimal().multiply(n).subtract(total.multiply(total));
    return distances
        .divide(n.multiply(n.subtract(BigDecimal.ONE)), PRECISION)
        .max(BigDecimal.ZERO)
        .doubleValue();
  }
}
