// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

/**
 * A bar of a chart, in shares of it, such as {@code 12.5%}.
 *
 * @param x its left edge
 * @param width its width
 * @param y its upper edge, from above
 * @param height its height
 */
record Bar(String x, String width, String y, String height) {

  /** A bar between two places of the horizontal axis and two of the vertical one. */
  static Bar of(double left, double right, double bottom, double top) {
    return new Bar(Tick.at(left), Tick.at(right - left), Tick.at(1 - top), Tick.at(top - bottom));
  }
}
