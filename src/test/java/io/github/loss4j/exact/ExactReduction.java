// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import io.github.loss4j.Reduction;
import io.github.loss4j.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of losses, and of the gradient with respect to what became of them.
 *
 * @param reduction the kind
 * @param divisor of a mean
 * @param upstream null for 1
 */
record ExactReduction(Reduction reduction, Wide divisor, @Nullable Tensor upstream) {

  List<Wide> reduce(Wide[] losses) {
    if (reduction == Reduction.NONE) {
      return List.of(losses);
    }
    Wide sum = Wide.ZERO;
    for (Wide loss : losses) {
      sum = sum.plus(loss);
    }
    return List.of(isMean() ? sum.over(divisor) : sum);
  }

  /** The gradient with respect to the loss of one row or element. */
  Wide upstream(int row) {
    Wide given =
        upstream == null
            ? Wide.ONE
            : Wide.of(upstream.getDouble(reduction == Reduction.NONE ? row : 0));
    return isMean() ? given.over(divisor) : given;
  }

  private boolean isMean() {
    return reduction == Reduction.MEAN || reduction == Reduction.BATCHMEAN;
  }
}
