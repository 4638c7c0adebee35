// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * How much a class counts in focal loss. With NLL = -log p and r = 1 - p its loss is r^&gamma; NLL,
 * whose derivative with respect to NLL is r^&gamma; (1 + &gamma; p NLL / r). No power less than
 * &gamma; occurs in it, and p NLL &le; r: nothing overflows where a row is certain of its label.
 *
 * <p>{@code kernels/focus.clh} is the same in OpenCL C; a change here is a change there.
 */
final class Focus {
  private final Arithmetic arithmetic;
  private final double gamma;

  Focus(double gamma, Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
    this.gamma = gamma;
  }

  /** r^&gamma;. */
  DoubleWord of(DoubleWord rest) {
    return arithmetic.pow(rest, gamma);
  }

  /** &gamma; p NLL, which is 0 for p = 0, though the NLL is infinite. */
  DoubleWord pull(DoubleWord probability, DoubleWord nll) {
    return probability.head() == 0
        ? DoubleWord.of(0)
        : probability.by(nll, arithmetic).by(gamma, arithmetic);
  }

  /** 1 + pull / r, which is 1 + &gamma; in the limit of r = 0. */
  DoubleWord slope(DoubleWord pull, DoubleWord rest) {
    DoubleWord ratio = rest.head() == 0 ? DoubleWord.of(gamma) : pull.over(rest, arithmetic);
    return DoubleWord.of(1).plus(ratio, arithmetic);
  }
}
