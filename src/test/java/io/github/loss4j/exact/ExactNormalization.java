// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import io.github.loss4j.LogSoftmax;
import io.github.loss4j.Normalization;
import io.github.loss4j.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Softmax y, or its logarithm: the gradients are y_c (g_c - &sum; g_j y_j) and g_c - y_c &sum; g_j.
 */
final class ExactNormalization {
  private final boolean logarithm;
  private final ExactRows rows;
  private final @Nullable ExactRows upstream;
  private final Wide[] output;
  private final Wide[] gradient;

  private ExactNormalization(Normalization function, Tensor input, @Nullable Tensor upstream) {
    logarithm = function instanceof LogSoftmax;
    rows = new ExactRows(input, function.axisOf(input));
    this.upstream = upstream == null ? null : new ExactRows(upstream, function.axisOf(input));
    output = new Wide[rows.size()];
    gradient = new Wide[rows.size()];
  }

  static ExactResult of(Normalization function, Tensor input, @Nullable Tensor upstream) {
    ExactNormalization exact = new ExactNormalization(function, input, upstream);
    for (int row = 0; row < exact.rows.count() && exact.rows.classes() > 0; row++) {
      exact.compute(row);
    }
    return new ExactResult(List.of(exact.output), List.of(exact.gradient), null);
  }

  private void compute(int row) {
    ExactSoftmax softmax = rows.softmax(row);
    Wide[] g = upstream(row);
    Wide sum = Wide.ZERO;
    Wide dotOfOthers = Wide.ZERO;
    for (int c = 0; c < g.length; c++) {
      sum = sum.plus(g[c]);
      Wide share = g[c].times(softmax.probability(c));
      dotOfOthers = c == softmax.largest() ? dotOfOthers : dotOfOthers.plus(share);
    }
    Wide ofLargest = g[softmax.largest()];
    for (int c = 0; c < g.length; c++) {
      int at = rows.position(row, c);
      Wide y = softmax.probability(c);
      Wide rest = softmax.complement(c);
      output[at] = logarithm ? softmax.logProbability(c) : y;
      if (logarithm) {
        gradient[at] = g[c].times(rest).minus(y.times(sum.minus(g[c])));
      } else {
        Wide apart =
            c == softmax.largest()
                ? g[c].times(rest)
                : g[c].minus(ofLargest.times(softmax.probability(softmax.largest())));
        gradient[at] = y.times(apart.minus(dotOfOthers));
      }
    }
  }

  private Wide[] upstream(int row) {
    Wide[] g = new Wide[rows.classes()];
    Arrays.fill(g, Wide.ONE);
    if (upstream != null) {
      double[] given = upstream.row(row);
      Arrays.setAll(g, c -> Wide.of(given[c]));
    }
    return g;
  }
}
