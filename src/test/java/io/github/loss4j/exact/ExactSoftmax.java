// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import java.util.Arrays;

/**
 * The softmax of one row. What the largest logit leaves to the others is summed apart from it: in a
 * confident row it is too small to be seen beside 1, even in 40 digits.
 */
final class ExactSoftmax {
  private final Wide top;
  private final Wide[] shifted;
  private final Wide[] terms;
  private final int largest;
  private final Wide others;
  private final Wide sum;
  private final Wide logSum;

  /** The softmax of what a row's elements are transformed to. */
  ExactSoftmax(double[] x, ExactTransform transform) {
    largest = firstLargest(x);
    top = transform.of(x.length == 0 ? Double.NaN : x[largest]);
    boolean defined = top.isDefined() && Arrays.stream(x).noneMatch(Double::isNaN);
    shifted = new Wide[x.length];
    terms = new Wide[x.length];
    Wide rest = defined ? Wide.ZERO : Wide.UNDEFINED;
    for (int c = 0; c < x.length; c++) {
      shifted[c] = transform.of(x[c]).minus(top);
      boolean nothing = x[c] == Double.NEGATIVE_INFINITY && !transform.caps();
      terms[c] = defined && nothing ? Wide.ZERO : shifted[c].exp();
      rest = c == largest ? rest : rest.plus(terms[c]);
    }
    others = rest;
    sum = Wide.ONE.plus(others);
    logSum = others.log1p();
  }

  int classes() {
    return terms.length;
  }

  /** The class of the first of the largest logits. */
  int largest() {
    return largest;
  }

  Wide probability(int c) {
    return terms[c].over(sum);
  }

  /** 1 - p. */
  Wide complement(int c) {
    return (c == largest ? others : sum.minus(terms[c])).over(sum);
  }

  /** log &sum; e^x. */
  Wide logSumExp() {
    return top.plus(logSum);
  }

  /** log p. */
  Wide logProbability(int c) {
    return shifted[c].minus(logSum);
  }

  private static int firstLargest(double[] x) {
    int first = 0;
    for (int c = 1; c < x.length; c++) {
      first = x[c] > x[first] ? c : first;
    }
    return first;
  }
}
