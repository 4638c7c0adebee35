// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.ExactSum;
import io.github.loss4j.InvalidInputException;

/**
 * A form that totals are written in or read from. Totals name each of their fields once, for
 * writing and for reading: a writer takes the value it is given and gives it back, a reader ignores
 * that value and gives the one it has read.
 */
abstract class TotalsForm {
  /** A number of things, or an index: not negative. */
  abstract long count(String name, long value);

  /** Any integer. */
  abstract long integer(String name, long value);

  /** A double, every bit of it. */
  abstract double number(String name, double value);

  /** A sum. */
  abstract ExactSum sum(String name, ExactSum value);

  /** Fields under a name of their own. */
  abstract void group(String name, Runnable fields);

  /** Numbers of things, as many as are given. */
  long[] counts(String name, long[] values) {
    long[] result = new long[values.length];
    group(
        name,
        () -> {
          for (int i = 0; i < values.length; i++) {
            result[i] = count(Integer.toString(i), values[i]);
          }
        });
    return result;
  }

  /** Sums, as many as are given. */
  ExactSum[] sums(String name, ExactSum[] values) {
    ExactSum[] result = new ExactSum[values.length];
    group(
        name,
        () -> {
          for (int i = 0; i < values.length; i++) {
            result[i] = sum(Integer.toString(i), values[i]);
          }
        });
    return result;
  }

  /** A sum that was read. */
  static ExactSum exactSum(String name, byte[] bytes) {
    try {
      return ExactSum.ofBytes(bytes);
    } catch (InvalidInputException e) {
      throw new InvalidTotalsException("the sum %s: %s".formatted(name, e.getMessage()), e);
    }
  }
}
