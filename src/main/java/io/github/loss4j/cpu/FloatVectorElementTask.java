// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowKernels.Elements;
import io.github.loss4j.host.RowKernels.Gradient;
import io.github.loss4j.host.RowKernels.Operand;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** With the Vector API. What is NaN is computed again by the loss in plain Java, which is right. */
final class FloatVectorElementTask implements RowTask {
  private static final int WIDTH = FloatVectors.WIDTH;

  private final Elements task;
  private final LossWriter losses;
  private final ElementFunction plain;
  private final FloatVectorStages stages = new FloatVectorStages();
  private final Element element;
  private final ElementBlock block;
  private final FloatElements elements;
  private final int length;
  private final float[] weight;
  private final float[] results;
  private final FloatWords upstream;
  private final FloatWords weighted;

  FloatVectorElementTask(Elements task, FloatVectorElementLoss loss, LossWriter losses) {
    this.task = task;
    this.losses = losses;
    length = Math.ceilDiv((int) Math.min(task.count(), ElementTask.BLOCK), WIDTH) * WIDTH;
    plain = ElementLosses.of(task.kernel());
    element = ElementTask.element(task);
    block = new ElementBlock(length, task.gradient() != null, task.targetGradient() != null);
    loss.addTo(stages, block);
    elements = new FloatElements(length);
    weight = new float[length];
    results = new float[length];
    upstream = FloatWords.all(ElementTask.scale(task), length);
    weighted = new FloatWords(length);
    Arrays.fill(weight, 1);
    Arrays.fill(block.factor, 1);
  }

  @Override
  public void compute(long number) {
    long from = number * ElementTask.BLOCK;
    int count = (int) Math.min(ElementTask.BLOCK, task.count() - from);
    read(task.input(), from, block.x, count);
    read(task.target(), from, block.t, count);
    read(task.factor(), from, block.factor, count);
    read(task.weight(), from, weight, count);
    stages.run();
    if (isAnyNaN(block.loss.heads(), length)) {
      computeRare(count);
    }
    FloatVectorDoubleWord.times(block.loss, weight, results, length);
    losses.set(from, results, count);
    write(task.gradient(), block.inputDerivative, from, count);
    write(task.targetGradient(), block.targetDerivative, from, count);
  }

  private void read(@Nullable Operand operand, long from, float[] into, int count) {
    if (operand != null) {
      elements.read(operand, task.first(), from, into, count);
    }
  }

  private static boolean isAnyNaN(float[] x, int length) {
    FloatVector any = FloatVector.zero(FloatVectors.FLOATS);
    FloatVector zero = FloatVectors.of(0);
    for (int i = 0; i < length; i += WIDTH) {
      any = FloatVectors.at(x, i).fma(zero, any); // An infinity, which is as rare, makes a NaN too.
    }
    return Float.isNaN(any.reduceLanes(VectorOperators.ADD));
  }

  private void computeRare(int count) {
    for (int i = 0; i < count; i++) {
      if (Float.isNaN(block.loss.heads()[i])) {
        element.x = block.x[i];
        element.t = block.t[i];
        element.factor = block.factor[i];
        plain.compute(element, FloatArithmetic.INSTANCE);
        block.set(i, element);
      }
    }
  }

  private void write(@Nullable Gradient gradient, FloatWords derivative, long from, int count) {
    if (gradient != null) {
      Tensor given = gradient.upstream();
      if (given != null) {
        elements.read(given, from, upstream.heads(), 0, count);
      }
      FloatVectorDoubleWord.by(derivative, weight, weighted, length);
      FloatVectorDoubleWord.times(upstream, weighted, results, length);
      elements.write(results, 0, gradient.destination(), from, count);
    }
  }
}
