// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.Loss;
import io.github.loss4j.Reduction;
import io.github.loss4j.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Random inputs; the same seed draws the same. */
public final class Draws {
  private static final List<Long> CLASSES = List.of(1L, 2L, 3L, 5L, 10L, 31L, 32L, 33L, 70L);

  /** Those that every loss has. */
  public static final List<Reduction> REDUCTIONS =
      List.of(Reduction.NONE, Reduction.MEAN, Reduction.SUM);

  private final Random random;

  public Draws(long seed) {
    random = new Random(seed);
  }

  /** The shape of logits: (C), (N, C), (N, C, d1) or (N, C, d1, d2), N = 0 at times. */
  public long[] shape() {
    long[] shape = new long[1 + random.nextInt(4)];
    Arrays.setAll(shape, axis -> random.nextInt(axis == 0 ? 0 : 1, 4));
    shape[shape.length == 1 ? 0 : 1] = pick(CLASSES);
    return shape;
  }

  /** The shape without the class axis. */
  public static long[] rowShape(long... shape) {
    int classAxis = shape.length == 1 ? 0 : 1;
    return IntStream.range(0, shape.length)
        .filter(axis -> axis != classAxis)
        .mapToLong(axis -> shape[axis])
        .toArray();
  }

  /** Normally distributed elements. */
  public Tensor normal(double deviation, DType dtype, long... shape) {
    Tensor tensor = Tensor.allocate(dtype, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setDouble(i, deviation * random.nextGaussian());
    }
    return tensor;
  }

  /** Elements between 0 and 1. */
  public Tensor uniform(DType dtype, long... shape) {
    Tensor tensor = Tensor.allocate(dtype, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setDouble(i, random.nextDouble());
    }
    return tensor;
  }

  /** Classes and, one in eight, another label. */
  public Tensor labels(int classes, long other, DType dtype, long... shape) {
    Tensor tensor = Tensor.allocate(dtype, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setLong(i, random.nextInt(8) == 0 ? other : random.nextInt(classes));
    }
    return tensor;
  }

  /** Positive weights, or none. */
  public @Nullable Tensor weightOrNull(DType dtype, long classes) {
    return random.nextBoolean() ? null : uniform(dtype, classes);
  }

  /** A gradient with respect to the loss of logits of a shape. */
  public Tensor upstream(Loss loss, DType dtype, long... shape) {
    return normal(1, dtype, loss.reduction() == Reduction.NONE ? rowShape(shape) : new long[0]);
  }

  /** The same, or none. */
  public @Nullable Tensor upstreamOrNull(Loss loss, DType dtype, long... shape) {
    return random.nextBoolean() ? upstream(loss, dtype, shape) : null;
  }

  public Reduction reduction() {
    return pick(REDUCTIONS);
  }

  public <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
