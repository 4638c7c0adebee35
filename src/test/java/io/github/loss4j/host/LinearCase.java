// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.ClassMatrix;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LinearRequest;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Reduction;
import io.github.loss4j.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hidden states, a class matrix and labels, and all that a session can compute of them. */
public record LinearCase(
    CrossEntropyLoss loss,
    Tensor hidden,
    ClassMatrix classes,
    Tensor target,
    @Nullable Tensor upstream) {

  /** Draws a case: any size, layout and parameter may be an edge case. */
  public static LinearCase draw(long seed, DType dtype) {
    Draws draws = new Draws(seed);
    long rows = draws.pick(List.of(0L, 1L, 2L, 31L, 32L, 33L, 70L, 130L));
    long width = draws.pick(List.of(1L, 2L, 5L, 31L, 32L, 33L, 65L));
    int classes = draws.pick(List.of(1, 2, 3, 10, 31, 33, 70, 300));
    boolean batched = rows != 1 || draws.pick(List.of(true, false));
    return of(draws, dtype, classes, batched ? new long[] {rows, width} : new long[] {width});
  }

  /** Draws a case of a size. */
  public static LinearCase of(Draws draws, DType dtype, int classes, long... shape) {
    DType arithmetic = dtype.arithmetic();
    long width = shape[shape.length - 1];
    long[] rowShape = shape.length == 1 ? new long[0] : new long[] {shape[0]};
    long ignoreIndex = draws.pick(List.of(-100L, 0L, classes - 1L));
    CrossEntropyLoss loss =
        new CrossEntropyLoss(
            draws.weightOrNull(arithmetic, classes),
            ignoreIndex,
            draws.pick(List.of(Reduction.NONE, Reduction.MEAN, Reduction.SUM)),
            draws.pick(List.of(0.0, 0.0, 0.1, 1.0)));
    Tensor bias = draws.pick(List.of(true, false)) ? draws.normal(1, dtype, classes) : null;
    return new LinearCase(
        loss,
        draws.normal(1, dtype, shape),
        new ClassMatrix(draws.normal(2 / Math.sqrt((double) width), dtype, classes, width), bias),
        draws.labels(classes, ignoreIndex, DType.I64, rowShape),
        draws.upstreamOrNull(loss, arithmetic, rowShape.length == 0 ? 1 : shape[0], 1));
  }

  /** The same case with another loss, and no upstream gradient. */
  public LinearCase withLoss(CrossEntropyLoss newLoss) {
    return new LinearCase(newLoss, hidden, classes, target, null);
  }

  /** The same case with a bias. */
  public LinearCase withBias() {
    Tensor weight = classes.weight();
    Tensor bias = new Draws(0).normal(1, weight.dtype(), weight.extent(0));
    return new LinearCase(loss, hidden, new ClassMatrix(weight, bias), target, upstream);
  }

  /** The loss and all gradients, of the type of what they are gradients of. */
  public Map<String, Tensor> compute(LossSession session, long workspaceBytes) {
    return compute(session, workspaceBytes, hidden.dtype());
  }

  /** The loss and all gradients, by name, in memory in which what is not written is found. */
  public Map<String, Tensor> compute(LossSession session, long workspaceBytes, DType gradients) {
    Map<String, Tensor> results = new LinkedHashMap<>();
    results.put("hidden gradient", Bits.poisoned(gradients, hidden.shape()));
    results.put("weight gradient", Bits.poisoned(gradients, classes.weight().shape()));
    LinearRequest request =
        LinearRequest.LOSS
            .withHiddenGradient(results.get("hidden gradient"))
            .withWeightGradient(results.get("weight gradient"))
            .withUpstream(upstream)
            .withAccuracy()
            .withWorkspaceBytes(workspaceBytes);
    if (classes.bias() != null) {
      results.put("bias gradient", Bits.poisoned(gradients, classes.bias().shape()));
      request = request.withBiasGradient(results.get("bias gradient"));
    }
    LossResult result = session.linearCrossEntropy(loss, hidden, classes, target, request);
    long[] counts = {result.totals().rows(), result.totals().ignored(), result.totals().correct()};
    results.put("loss", result.loss());
    results.put("value", Tensor.scalar(result.value(), DType.F64));
    results.put("counts", Tensor.of(counts));
    return results;
  }

  public static void assertSame(
      Map<String, Tensor> expected, Map<String, Tensor> actual, String message) {
    expected.forEach(
        (name, tensor) -> Bits.assertSame(tensor, actual.get(name), name + ", " + message));
  }
}
