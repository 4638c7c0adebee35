// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LogSoftmax;
import io.github.loss4j.Loss;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Normalization;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.RowStatistic;
import io.github.loss4j.Softmax;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Logits of shape (N, C, inner), ordinary and adversarial, with everything a session can compute of
 * them.
 *
 * @param logits the logits
 * @param labels of shape (N, inner), some ignored
 * @param probabilities of the logits' shape
 * @param weight per class
 * @param upstream of the labels' shape
 */
public record Workload(
    Tensor logits, Tensor labels, Tensor probabilities, Tensor weight, Tensor upstream) {
  private static final int KINDS = 12;

  /** Twelve kinds of rows, each at every inner position. */
  public static Workload of(DType dtype, int classes, int inner, long seed) {
    Random random = new Random(seed);
    DType arithmetic = dtype.arithmetic();
    Tensor logits = Tensor.allocate(dtype, KINDS, classes, inner);
    Tensor probabilities = Tensor.allocate(dtype, KINDS, classes, inner);
    Tensor labels = Tensor.allocate(DType.I64, KINDS, inner);
    Tensor weight = Tensor.allocate(arithmetic, classes);
    Tensor upstream = Tensor.allocate(arithmetic, KINDS, inner);
    for (int kind = 0; kind < KINDS; kind++) {
      for (int i = 0; i < inner; i++) {
        int chosen = random.nextInt(classes);
        for (int c = 0; c < classes; c++) {
          long index = ((long) kind * classes + c) * inner + i;
          logits.setDouble(index, logit(kind, c, chosen, random));
          probabilities.setDouble(index, random.nextDouble() / classes);
        }
        long row = (long) kind * inner + i;
        boolean ignored = random.nextInt(8) == 0;
        labels.setLong(
            row, ignored ? -100 : random.nextBoolean() ? chosen : random.nextInt(classes));
        upstream.setDouble(row, random.nextGaussian());
      }
    }
    for (int c = 0; c < classes; c++) {
      weight.setDouble(c, 0.5 + random.nextDouble());
    }
    return new Workload(logits, labels, probabilities, weight, upstream);
  }

  private static double logit(int kind, int c, int chosen, Random random) {
    double x = 3 * random.nextGaussian();
    return switch (kind) {
      case 0 -> x;
      case 1 -> 1e4 + x;
      case 2 -> 1e8 + 20 * x;
      case 3 -> c == chosen ? x : Double.NEGATIVE_INFINITY;
      case 4 -> Double.NEGATIVE_INFINITY;
      case 5 -> c == chosen ? Double.NaN : x;
      case 6 -> c == chosen ? Double.POSITIVE_INFINITY : x;
      case 7 -> Math.rint(x); // ties
      case 8 -> 1e30 * x;
      case 9 -> c == chosen ? 30 : x - 60; // confident
      case 10 -> -1e8 + 20 * x;
      default -> 40 * x; // neighbours far apart
    };
  }

  /** The rows of a range of the first axis. */
  public Workload slice(long from, long count) {
    return new Workload(
        logits.slice(from, count),
        labels.slice(from, count),
        probabilities.slice(from, count),
        weight,
        upstream.slice(from, count));
  }

  /** Everything, by name. */
  public Map<String, Tensor> computeAll(LossSession session) {
    Map<String, Tensor> results = compute(session);
    results.putAll(computeFurther(session));
    return results;
  }

  /** What PyTorch has too, by name. */
  public Map<String, Tensor> compute(LossSession session) {
    Map<String, Tensor> results = new LinkedHashMap<>();
    CrossEntropyLoss plain = new CrossEntropyLoss().withReduction(Reduction.NONE);
    CrossEntropyLoss smoothed = plain.withWeight(weight).withLabelSmoothing(0.1);
    NLLLoss nll = new NLLLoss().withWeight(weight).withReduction(Reduction.NONE);
    labels(session, results, "cross entropy", plain);
    labels(session, results, "smoothed cross entropy", smoothed);
    labels(session, results, "nll", nll);
    probabilities(session, results, "cross entropy with probabilities", plain);
    probabilities(session, results, "smoothed cross entropy with probabilities", smoothed);
    normalization(session, results, "log softmax", new LogSoftmax(1));
    normalization(session, results, "softmax", new Softmax(1));
    return results;
  }

  /** What is beyond PyTorch's, by name: focal loss, and cross-entropy with options. */
  public Map<String, Tensor> computeFurther(LossSession session) {
    Map<String, Tensor> results = new LinkedHashMap<>();
    for (double gamma : new double[] {0.5, 2}) {
      SoftmaxFocalLoss focal =
          new SoftmaxFocalLoss().withAlpha(weight).withGamma(gamma).withReduction(Reduction.NONE);
      labels(session, results, "focal " + gamma, focal);
      probabilities(session, results, "focal with probabilities " + gamma, focal);
    }
    CrossEntropyLoss plain = new CrossEntropyLoss().withReduction(Reduction.NONE);
    CrossEntropyLoss smoothed = plain.withWeight(weight).withLabelSmoothing(0.1);
    options(session, results, plain);
    statistics(session, results, plain, "statistics");
    statistics(session, results, smoothed.withSoftCap(20), "smoothed, capped statistics");
    return results;
  }

  /** The same in few kernels, which have as much as possible in them. */
  public Map<String, Tensor> computeFurtherBriefly(LossSession session) {
    Map<String, Tensor> results = new LinkedHashMap<>();
    CrossEntropyLoss all = allOptions();
    SoftmaxFocalLoss focal = new SoftmaxFocalLoss().withReduction(Reduction.NONE);
    inPlace(session, results, all, "all options");
    probabilities(session, results, "all options with probabilities", all);
    probabilities(session, results, "focal with probabilities", focal.withAlpha(weight));
    Tensor gradient = poisoned();
    results.put(
        "focal", session.evaluate(focal, logits, labels, Request.gradient(gradient)).loss());
    results.put("focal gradient", gradient);
    return results;
  }

  private CrossEntropyLoss allOptions() {
    return new CrossEntropyLoss()
        .withReduction(Reduction.NONE)
        .withTemperature(0.7)
        .withZLoss(0.01)
        .withSoftCap(30)
        .withWeight(weight)
        .withLabelSmoothing(0.1);
  }

  private void options(LossSession session, Map<String, Tensor> results, CrossEntropyLoss plain) {
    CrossEntropyLoss tempered = plain.withTemperature(0.7);
    CrossEntropyLoss all = allOptions();
    labels(session, results, "tempered", tempered);
    labels(session, results, "capped", plain.withSoftCap(5));
    labels(session, results, "z-loss", plain.withZLoss(0.5));
    labels(session, results, "all options", all);
    probabilities(session, results, "tempered with probabilities", tempered.withZLoss(0.5));
    probabilities(session, results, "all options with probabilities", all);
  }

  /** The statistics of rows, all and a few, with gradients and without, in place. */
  private void statistics(
      LossSession session, Map<String, Tensor> results, CrossEntropyLoss loss, String name) {
    Request all = Request.LOSS.withStatistics(RowStatistic.values());
    Request some = Request.LOSS.withStatistics(RowStatistic.LOG_SUM_EXP, RowStatistic.NLL);
    put(results, name + " all", session.evaluate(loss, logits, labels, all));
    put(results, name + " some", session.evaluate(loss, logits, labels, some));
    inPlace(session, results, loss, name);
    Request unlabelled =
        Request.LOSS.withStatistics(
            RowStatistic.LOG_SUM_EXP,
            RowStatistic.ARGMAX,
            RowStatistic.ENTROPY,
            RowStatistic.LARGEST_PROBABILITY);
    put(results, name + " unlabelled", session.evaluate(loss, logits, probabilities, unlabelled));
  }

  /** With all statistics. */
  private void inPlace(
      LossSession session, Map<String, Tensor> results, CrossEntropyLoss loss, String name) {
    Tensor gradient = Bits.copy(logits);
    Request request =
        Request.gradient(gradient).withUpstream(upstream).withStatistics(RowStatistic.values());
    put(results, name + " in place", session.evaluate(loss, gradient, labels, request));
    results.put(name + " gradient in place", gradient);
  }

  private static void put(Map<String, Tensor> results, String name, LossResult result) {
    results.put(name, result.loss());
    result.statistics().forEach((which, tensor) -> results.put(name + " " + which, tensor));
  }

  /** What can be computed where the probabilities, and what follows from them, are wider. */
  public Map<String, Tensor> computeMixed(LossSession session) {
    Map<String, Tensor> results = new LinkedHashMap<>();
    CrossEntropyLoss loss = new CrossEntropyLoss().withReduction(Reduction.NONE);
    probabilities(session, results, "cross entropy", loss.withLabelSmoothing(0.1));
    probabilities(session, results, "weighted cross entropy", loss.withWeight(weight));
    SoftmaxFocalLoss focal = new SoftmaxFocalLoss().withReduction(Reduction.NONE);
    probabilities(session, results, "focal", focal.withAlpha(weight).withGamma(1.5));
    return results;
  }

  private void labels(LossSession session, Map<String, Tensor> results, String name, Loss loss) {
    results.put(name, session.evaluate(loss, logits, labels).loss());
    Tensor gradient = poisoned();
    LossResult result =
        session.evaluate(
            loss, logits, labels, Request.gradient(gradient).withUpstream(upstream).withAccuracy());
    results.put(name + " with gradient", result.loss());
    results.put(name + " gradient", gradient);
    results.put(name + " correct", Tensor.scalar((double) result.totals().correct(), DType.F64));
  }

  private void probabilities(
      LossSession session, Map<String, Tensor> results, String name, Loss loss) {
    Tensor gradient = poisoned();
    Tensor targetGradient = poisoned(probabilities.dtype());
    Request request =
        Request.gradient(gradient).withTargetGradient(targetGradient).withUpstream(upstream);
    results.put(name, session.evaluate(loss, logits, probabilities, request).loss());
    results.put(name + " gradient", gradient);
    results.put(name + " target gradient", targetGradient);
  }

  private void normalization(
      LossSession session, Map<String, Tensor> results, String name, Normalization function) {
    results.put(name, session.apply(function, logits));
    Tensor gradient = poisoned();
    Tensor wide = Tensor.allocate(logits.dtype().arithmetic(), logits.shape());
    for (long i = 0; i < wide.size(); i++) {
      wide.setDouble(i, probabilities.getDouble(i));
    }
    session.gradient(function, logits, wide, gradient);
    results.put(name + " gradient", gradient);
  }

  /** Memory in which an element that is not written is found. */
  private Tensor poisoned() {
    return poisoned(logits.dtype());
  }

  private Tensor poisoned(DType dtype) {
    Tensor tensor = Tensor.allocate(dtype, logits.shape());
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setDouble(i, 12345);
    }
    return tensor;
  }
}
