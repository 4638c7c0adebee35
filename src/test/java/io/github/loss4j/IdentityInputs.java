// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.host.Draws;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Logits and targets to try an identity of losses on.
 *
 * @param name what the logits are like
 * @param session where to compute
 * @param type of the logits
 * @param logits of shape (N, C)
 * @param labels of shape (N); none is ignored unless 0 is
 * @param oneHot the labels as probabilities
 * @param draws for what else is needed
 */
record IdentityInputs(
    String name,
    LossSession session,
    DType type,
    Tensor logits,
    Tensor labels,
    Tensor oneHot,
    Draws draws) {
  static final List<Reduction> REDUCTIONS = List.of(Reduction.NONE, Reduction.MEAN, Reduction.SUM);

  private static final int ROWS = 6;

  /** A loss and the gradients that it has. */
  record Results(Tensor loss, Tensor ofInput, @Nullable Tensor ofTarget) {}

  /** All of a type: random ones, huge ones, far ones, confident ones, ties, and many classes. */
  static Stream<IdentityInputs> all(LossSession session, DType type) {
    Draws draws = new Draws(7);
    Map<String, Tensor> logits = new TreeMap<>();
    logits.put("random", draws.normal(1.5, type, ROWS, 5));
    logits.put("wide", draws.normal(20, type, ROWS, 7));
    logits.put("huge", draws.normal(1e4, type, ROWS, 4));
    logits.put("many classes", draws.normal(2, type, ROWS, 1500));
    Tensor far = draws.normal(3, type, ROWS, 9);
    Tensor confident = draws.normal(1, type, ROWS, 6);
    Tensor tied = Tensor.allocate(type, ROWS, 33);
    for (int i = 0; i < far.size(); i++) {
      far.setDouble(i, (type == DType.F64 ? 1e8 : 1e5) + far.getDouble(i));
    }
    for (int row = 0; row < ROWS; row++) {
      confident.setDouble(row * 6L + row % 6, 12 + 10 * row);
    }
    logits.put("far from 0", far);
    logits.put("confident", confident);
    logits.put("tied", tied);
    return logits.entrySet().stream()
        .map(entry -> of(entry.getKey(), session, entry.getValue(), draws));
  }

  private static IdentityInputs of(String name, LossSession session, Tensor logits, Draws draws) {
    int classes = (int) logits.extent(1);
    Tensor labels = Tensor.allocate(DType.I64, ROWS);
    Tensor oneHot = Tensor.allocate(logits.dtype(), ROWS, classes);
    for (int row = 0; row < ROWS; row++) {
      labels.setLong(row, row % classes);
      oneHot.setDouble(row * (long) classes + row % classes, 1);
    }
    return new IdentityInputs(name, session, logits.dtype(), logits, labels, oneHot, draws);
  }

  long classes() {
    return logits.extent(1);
  }

  long[] shape() {
    return logits.shape();
  }

  Results evaluate(Loss loss, Tensor target) {
    return evaluate(loss, logits, target);
  }

  /** The loss and all its gradients. */
  Results evaluate(Loss loss, Tensor input, Tensor target) {
    Tensor ofInput = Tensor.allocate(type, input.shape());
    Request request = Request.gradient(ofInput);
    Tensor ofTarget = target.dtype().isFloating() ? Tensor.allocate(type, target.shape()) : null;
    if (ofTarget != null) {
      request = request.withTargetGradient(ofTarget);
    }
    return new Results(session.evaluate(loss, input, target, request).loss(), ofInput, ofTarget);
  }

  /** The gradient with respect to the logits, from that with respect to their log-softmax. */
  Tensor throughLogSoftmax(Tensor upstream) {
    Tensor gradient = Tensor.allocate(type, shape());
    session.gradient(new LogSoftmax(1), logits, upstream, gradient);
    return gradient;
  }

  /** Rows of two classes: each logit, and 0. */
  Tensor withZeros() {
    Tensor pairs = Tensor.allocate(type, logits.size(), 2);
    for (long i = 0; i < logits.size(); i++) {
      pairs.setDouble(2 * i, logits.getDouble(i));
    }
    return pairs;
  }

  /** 1 / (1 + e^-x): the first of the softmax of x and 0. */
  Tensor logistic() {
    Tensor both = session.apply(new Softmax(1), withZeros());
    Tensor logistic = Tensor.allocate(type, shape());
    for (long i = 0; i < logits.size(); i++) {
      logistic.setDouble(i, both.getDouble(2 * i));
    }
    return logistic;
  }

  /** So many roundings of a number, or of the smallest normal one. */
  double tolerance(double roundings, double size) {
    double epsilon = type == DType.F64 ? 0x1p-53 : 0x1p-24;
    double least = type == DType.F64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    return roundings * Math.max(least, epsilon * Math.abs(size));
  }

  /** Finite elements, each within so many roundings of itself, or of a least size if it is less. */
  void assertClose(Tensor expected, Tensor actual, double roundings, double least, String message) {
    assertEquals(expected.toString(), actual.toString(), message);
    for (long i = 0; i < expected.size(); i++) {
      double element = expected.getDouble(i);
      assertTrue(Double.isFinite(element), message);
      double allowed = tolerance(roundings, Math.max(least, Math.abs(element)));
      assertEquals(element, actual.getDouble(i), allowed, message + " " + i);
    }
  }

  @Override
  public String toString() {
    return "%s %s on %s".formatted(name, type, session.backend());
  }
}
