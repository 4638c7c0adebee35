// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.SoftmaxFocalLoss;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A loss on its way to another machine: a loss may hold a tensor, which is a view of memory here.
 * The reduction stays behind.
 */
sealed interface SentLoss extends Serializable {
  /** The loss of the same parameters. */
  ClassLoss loss();

  static SentLoss of(ClassLoss loss) {
    return switch (loss) {
      case CrossEntropyLoss l ->
          new SentCrossEntropy(
              SentWeight.of(l.weight()),
              l.ignoreIndex(),
              l.labelSmoothing(),
              l.temperature(),
              l.softCap(),
              l.zLoss());
      case NLLLoss l -> new SentNll(SentWeight.of(l.weight()), l.ignoreIndex());
      case SoftmaxFocalLoss l ->
          new SentSoftmaxFocal(SentWeight.of(l.alpha()), l.gamma(), l.ignoreIndex());
    };
  }

  /**
   * A {@link CrossEntropyLoss}.
   *
   * @param weight its class weights
   * @param ignoreIndex its ignored label
   * @param labelSmoothing its smoothing
   * @param temperature its temperature
   * @param softCap its soft cap
   * @param zLoss its z-loss
   */
  record SentCrossEntropy(
      @Nullable SentWeight weight,
      long ignoreIndex,
      double labelSmoothing,
      double temperature,
      double softCap,
      double zLoss)
      implements SentLoss {
    @Override
    public ClassLoss loss() {
      return new CrossEntropyLoss(
          SentWeight.tensor(weight),
          ignoreIndex,
          Reduction.MEAN,
          labelSmoothing,
          temperature,
          softCap,
          zLoss);
    }
  }

  /**
   * An {@link NLLLoss}.
   *
   * @param weight its class weights
   * @param ignoreIndex its ignored label
   */
  record SentNll(@Nullable SentWeight weight, long ignoreIndex) implements SentLoss {
    @Override
    public ClassLoss loss() {
      return new NLLLoss(SentWeight.tensor(weight), ignoreIndex, Reduction.MEAN);
    }
  }

  /**
   * A {@link SoftmaxFocalLoss}.
   *
   * @param alpha its class weights
   * @param gamma its focus
   * @param ignoreIndex its ignored label
   */
  record SentSoftmaxFocal(@Nullable SentWeight alpha, double gamma, long ignoreIndex)
      implements SentLoss {
    @Override
    public ClassLoss loss() {
      return new SoftmaxFocalLoss(SentWeight.tensor(alpha), gamma, ignoreIndex, Reduction.MEAN);
    }
  }
}
