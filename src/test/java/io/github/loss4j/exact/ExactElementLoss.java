// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import io.github.loss4j.BCELoss;
import io.github.loss4j.BCEWithLogitsLoss;
import io.github.loss4j.ElementLoss;
import io.github.loss4j.KLDivLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.SigmoidFocalLoss;
import io.github.loss4j.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The elementwise losses, their operands broadcast against each other. */
final class ExactElementLoss {
  private final ElementLoss loss;
  private final Tensor input;
  private final Tensor target;
  private final @Nullable Tensor weight;
  private final @Nullable Tensor positive;
  private final long[] shape;

  private ExactElementLoss(ElementLoss loss, Tensor input, Tensor target) {
    this.loss = loss;
    this.input = input;
    this.target = target;
    weight =
        switch (loss) {
          case BCELoss bce -> bce.weight();
          case BCEWithLogitsLoss bce -> bce.weight();
          default -> null;
        };
    positive = loss instanceof BCEWithLogitsLoss bce ? bce.posWeight() : null;
    shape = broadcast(input.shape(), target.shape());
  }

  static ExactResult of(ElementLoss loss, Tensor input, Tensor target, @Nullable Tensor upstream) {
    return new ExactElementLoss(loss, input, target).evaluate(upstream);
  }

  private ExactResult evaluate(@Nullable Tensor upstream) {
    int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    boolean batch = loss.reduction() == Reduction.BATCHMEAN;
    Wide divisor = Wide.of(batch ? Math.toIntExact(input.extent(0)) : count);
    ExactReduction reduction = new ExactReduction(loss.reduction(), divisor, upstream);
    Wide[] losses = new Wide[count];
    Wide[] gradient = zeros(input);
    Wide[] targetGradient = zeros(target);
    for (int i = 0; i < count; i++) {
      int x = position(input, i);
      int t = position(target, i);
      ExactElement element =
          element(Wide.of(input.getDouble(x)), Wide.of(target.getDouble(t)), factor(positive, i));
      Wide strength = factor(weight, i);
      Wide pushed = strength.times(reduction.upstream(i));
      losses[i] = strength.times(element.loss());
      gradient[x] = gradient[x].plus(pushed.times(element.inputDerivative()));
      targetGradient[t] = targetGradient[t].plus(pushed.times(element.targetDerivative()));
    }
    return new ExactResult(reduction.reduce(losses), List.of(gradient), List.of(targetGradient));
  }

  private ExactElement element(Wide x, Wide t, Wide v) {
    return switch (loss) {
      case BCELoss bce -> ExactElement.bce(x, t);
      case BCEWithLogitsLoss bce -> ExactElement.bceWithLogits(x, t, v);
      case KLDivLoss kl when kl.logTarget() -> ExactElement.klDivLogTarget(x, t);
      case KLDivLoss kl -> ExactElement.klDiv(x, t);
      case SigmoidFocalLoss focal -> ExactElement.sigmoidFocal(x, t, focal);
    };
  }

  private Wide factor(@Nullable Tensor tensor, int i) {
    return tensor == null ? Wide.ONE : Wide.of(tensor.getDouble(position(tensor, i)));
  }

  private static Wide[] zeros(Tensor tensor) {
    Wide[] zeros = new Wide[Math.toIntExact(tensor.size())];
    Arrays.fill(zeros, Wide.ZERO);
    return zeros;
  }

  /** The element of a tensor that stands at a position of the losses. */
  private int position(Tensor tensor, int i) {
    int position = 0;
    int stride = 1;
    int rest = i;
    for (int back = 1; back <= shape.length; back++) {
      int extent = Math.toIntExact(shape[shape.length - back]);
      if (back <= tensor.rank()) {
        int own = Math.toIntExact(tensor.extent(tensor.rank() - back));
        position += own == 1 ? 0 : rest % extent * stride;
        stride *= own;
      }
      rest /= extent;
    }
    return position;
  }

  private static long[] broadcast(long[] a, long[] b) {
    long[] longer = (a.length >= b.length ? a : b).clone();
    long[] shorter = a.length >= b.length ? b : a;
    int shift = longer.length - shorter.length;
    for (int axis = 0; axis < shorter.length; axis++) {
      if (longer[shift + axis] == 1) {
        longer[shift + axis] = shorter[axis];
      }
    }
    return longer;
  }
}
