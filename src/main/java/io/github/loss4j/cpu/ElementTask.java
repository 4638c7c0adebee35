// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowKernels.Elements;
import io.github.loss4j.host.RowKernels.Gradient;
import io.github.loss4j.host.RowKernels.Operand;
import io.github.loss4j.host.Rows;
import org.jspecify.annotations.Nullable;

/** A loss that is computed element by element, a block of them at a time. */
final class ElementTask implements RowTask {
  /**
   * The elements of a block: few enough that all that is computed of them stays in the L1 cache.
   */
  static final int BLOCK = 256;

  private final Elements task;
  private final LossWriter losses;
  private final Arithmetic arithmetic;
  private final ElementFunction function;
  private final Element element;
  private final DoubleWord scale;

  ElementTask(Elements task, LossWriter losses, Arithmetic arithmetic) {
    this.task = task;
    this.losses = losses;
    this.arithmetic = arithmetic;
    function = ElementLosses.of(task.kernel());
    element = element(task);
    scale = scale(task);
  }

  /** The blocks of a task, each a row. */
  static Rows blocks(Elements task) {
    return new Rows(Math.ceilDiv(task.count(), (long) BLOCK), BLOCK, 1);
  }

  /** An element with the parameters of a task. */
  static Element element(Elements task) {
    Element element = new Element();
    element.alpha = task.alpha();
    element.gamma = task.gamma();
    element.ofTarget = task.targetGradient() != null;
    return element;
  }

  /** What the derivatives of a task are multiplied by where no upstream is given. */
  static DoubleWord scale(Elements task) {
    // Both gradients are of the same losses, so they have the same upstream.
    Gradient either = task.gradient() != null ? task.gradient() : task.targetGradient();
    return either == null ? DoubleWord.of(0) : DoubleWord.of(either.scale());
  }

  @Override
  public void compute(long block) {
    long end = Math.min(task.count(), (block + 1) * BLOCK);
    for (long i = block * BLOCK; i < end; i++) {
      computeElement(i);
    }
  }

  private void computeElement(long i) {
    element.x = at(task.input(), i);
    element.t = at(task.target(), i);
    element.factor = at(task.factor(), i);
    function.compute(element, arithmetic);
    double weight = at(task.weight(), i);
    losses.set(i, element.loss.times(weight, arithmetic));
    write(task.gradient(), i, weight, element.inputDerivative);
    write(task.targetGradient(), i, weight, element.targetDerivative);
  }

  private double at(@Nullable Operand operand, long i) {
    if (operand == null) {
      return 1;
    }
    long period = operand.period();
    long at = period == 0 ? i : (task.first() + i) / operand.inner() % period;
    return operand.tensor().getDouble(at);
  }

  private void write(@Nullable Gradient gradient, long i, double weight, DoubleWord derivative) {
    if (gradient != null) {
      Tensor upstream = gradient.upstream();
      DoubleWord g = upstream == null ? scale : DoubleWord.of(upstream.getDouble(i));
      DoubleWord weighted = derivative.by(weight, arithmetic);
      gradient.destination().setDouble(i, g.times(weighted, arithmetic));
    }
  }
}
