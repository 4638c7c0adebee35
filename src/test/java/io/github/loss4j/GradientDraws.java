// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import io.github.loss4j.host.Draws;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Small random cases for the gradient check, away from the kinks: the logarithms of BCE are not cut
 * off, and no logit is infinite.
 */
final class GradientDraws {
  private static final List<Reduction> REDUCTIONS =
      List.of(Reduction.NONE, Reduction.MEAN, Reduction.SUM);

  /** A loss or normalisation, and how a case of it is drawn. */
  record Kind(String name, Function<GradientDraws, GradientCase> draw) {
    GradientCase draw(long seed) {
      return draw.apply(new GradientDraws(seed));
    }
  }

  /** One entry for each; a new loss is a new entry. */
  static final List<Kind> KINDS =
      List.of(
          new Kind("NLLLoss", GradientDraws::nll),
          new Kind("CrossEntropyLoss of labels", GradientDraws::crossEntropyOfLabels),
          new Kind("CrossEntropyLoss of probabilities", GradientDraws::crossEntropyOfProbabilities),
          new Kind("linearCrossEntropy", GradientDraws::linear),
          new Kind("SoftmaxFocalLoss of labels", draws -> draws.softmaxFocal(true)),
          new Kind("SoftmaxFocalLoss of probabilities", draws -> draws.softmaxFocal(false)),
          new Kind("BCELoss", GradientDraws::bce),
          new Kind("BCEWithLogitsLoss", GradientDraws::bceWithLogits),
          new Kind("KLDivLoss", draws -> draws.klDiv(false)),
          new Kind("KLDivLoss of log-probabilities", draws -> draws.klDiv(true)),
          new Kind("SigmoidFocalLoss", GradientDraws::sigmoidFocal),
          new Kind("LogSoftmax", draws -> draws.normalization(true)),
          new Kind("Softmax", draws -> draws.normalization(false)));

  private final Draws draws;
  private final Random random;

  private GradientDraws(long seed) {
    draws = new Draws(seed);
    random = new Random(seed);
  }

  private GradientCase nll() {
    long[] shape = classShape();
    Tensor labels = labels(shape, 1);
    NLLLoss loss = new NLLLoss(classWeight(shape), 1, draws.pick(REDUCTIONS));
    return labelled(loss, shape, labels);
  }

  private GradientCase crossEntropyOfLabels() {
    long[] shape = classShape();
    long ignored = classes(shape) == 1 ? -100 : draws.pick(List.of(-100L, 0L, 1L, 255L));
    CrossEntropyLoss loss = crossEntropy(shape).withIgnoreIndex(ignored);
    return labelled(loss, shape, labels(shape, ignored));
  }

  private GradientCase crossEntropyOfProbabilities() {
    long[] shape = classShape();
    CrossEntropyLoss loss = crossEntropy(shape);
    Tensor upstream = upstreamOrNull(loss, Draws.rowShape(shape));
    return new GradientCase.OfLoss(loss, logits(shape), targets(shape), upstream, true);
  }

  /** Half of them with what PyTorch's class does not have. */
  private CrossEntropyLoss crossEntropy(long[] shape) {
    CrossEntropyLoss loss =
        new CrossEntropyLoss()
            .withWeight(classWeight(shape))
            .withReduction(draws.pick(REDUCTIONS))
            .withLabelSmoothing(smoothing());
    return random.nextBoolean()
        ? loss
        : loss.withTemperature(draws.pick(List.of(1.0, 0.7, 2.0)))
            .withSoftCap(draws.pick(List.of(Double.POSITIVE_INFINITY, 3.0)))
            .withZLoss(draws.pick(List.of(0.0, 0.01)));
  }

  private GradientCase linear() {
    long[] logits = {random.nextInt(1, 5), random.nextInt(1, 6)};
    int width = random.nextInt(1, 5);
    CrossEntropyLoss loss = crossEntropy(logits);
    Tensor bias = random.nextBoolean() ? null : draws.normal(1, DType.F64, logits[1]);
    ClassMatrix classes = new ClassMatrix(draws.normal(1, DType.F64, logits[1], width), bias);
    Tensor hidden = draws.normal(1, DType.F64, logits[0], width);
    Tensor upstream = upstreamOrNull(loss, logits[0]);
    return new GradientCase.OfLinear(loss, hidden, classes, labels(logits, -100), upstream);
  }

  private GradientCase softmaxFocal(boolean labels) {
    long[] shape = classShape();
    Tensor one = random.nextBoolean() ? null : draws.uniform(DType.F64);
    Tensor alpha = random.nextBoolean() ? one : classWeight(shape);
    long ignored = labels ? 1 : CrossEntropyLoss.IGNORE_INDEX;
    SoftmaxFocalLoss loss = new SoftmaxFocalLoss(alpha, gamma(), ignored, draws.pick(REDUCTIONS));
    Tensor upstream = upstreamOrNull(loss, Draws.rowShape(shape));
    Tensor target = labels ? labels(shape, 1) : targets(shape);
    return new GradientCase.OfLoss(loss, logits(shape), target, upstream, !labels);
  }

  private GradientCase labelled(Loss loss, long[] shape, Tensor labels) {
    Tensor upstream = upstreamOrNull(loss, Draws.rowShape(shape));
    return new GradientCase.OfLoss(loss, logits(shape), labels, upstream, false);
  }

  private GradientCase bce() {
    long[] shape = elementShape();
    BCELoss loss = new BCELoss(weightOrNull(shape), draws.pick(REDUCTIONS));
    // PyTorch refuses targets outside [0, 1], so a target that is 0 or 1 cannot be moved.
    boolean binary = random.nextBoolean();
    Tensor target = binary ? binary(shape) : inside(shape);
    Tensor upstream = upstreamOrNull(loss, shape);
    return new GradientCase.OfLoss(loss, inside(shape), target, upstream, !binary);
  }

  private GradientCase bceWithLogits() {
    long[] shape = elementShape();
    BCEWithLogitsLoss loss =
        new BCEWithLogitsLoss(weightOrNull(shape), draws.pick(REDUCTIONS), weightOrNull(shape));
    return elements(loss, shape, targets(shape));
  }

  private GradientCase sigmoidFocal() {
    long[] shape = elementShape();
    double alpha = draws.pick(List.of(-1.0, 0.0, 0.25, 0.6, 1.0));
    return elements(
        new SigmoidFocalLoss(alpha, gamma(), draws.pick(REDUCTIONS)), shape, targets(shape));
  }

  private GradientCase elements(Loss loss, long[] shape, Tensor target) {
    return new GradientCase.OfLoss(loss, logits(shape), target, upstreamOrNull(loss, shape), true);
  }

  private GradientCase klDiv(boolean logTarget) {
    long[] shape = elementShape();
    boolean inputRepeats = random.nextBoolean();
    long[] input = inputRepeats ? repeated(shape) : shape;
    long[] target = !inputRepeats && random.nextBoolean() ? repeated(shape) : shape;
    Reduction reduction = draws.pick(input.length == 0 ? REDUCTIONS : List.of(Reduction.values()));
    KLDivLoss loss = new KLDivLoss(reduction, logTarget);
    Tensor targets = logTarget ? logits(target) : inside(target);
    Tensor upstream = upstreamOrNull(loss, shape);
    return new GradientCase.OfLoss(loss, logits(input), targets, upstream, true);
  }

  private GradientCase normalization(boolean logarithm) {
    long[] shape = classShape();
    int axis = random.nextInt(2 * shape.length) - shape.length;
    Normalization function = logarithm ? new LogSoftmax(axis) : new Softmax(axis);
    Tensor upstream = random.nextInt(4) == 0 ? null : draws.normal(1, DType.F64, shape);
    return new GradientCase.OfNormalization(function, logits(shape), upstream);
  }

  /** (C), (N, C), (N, C, d1) or (N, C, d1, d2). */
  private long[] classShape() {
    long[] shape = new long[1 + random.nextInt(4)];
    Arrays.setAll(shape, axis -> random.nextInt(1, 3));
    shape[shape.length == 1 ? 0 : 1] = draws.pick(List.of(1L, 2L, 3L, 4L, 5L, 7L));
    return shape;
  }

  /** Of any rank from 0. */
  private long[] elementShape() {
    long[] shape = new long[random.nextInt(4)];
    Arrays.setAll(shape, axis -> random.nextInt(1, 4));
    return shape;
  }

  /** A shape that broadcasts to another. */
  private long[] repeated(long[] shape) {
    long[] part = Arrays.copyOfRange(shape, random.nextInt(shape.length + 1), shape.length);
    Arrays.setAll(part, axis -> random.nextBoolean() ? 1 : part[axis]);
    return part;
  }

  private Tensor logits(long... shape) {
    return draws.normal(1.5, DType.F64, shape);
  }

  /** Probabilities, away from 0 and 1. */
  private Tensor inside(long... shape) {
    Tensor tensor = draws.uniform(DType.F64, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setDouble(i, 0.05 + 0.9 * tensor.getDouble(i));
    }
    return tensor;
  }

  private Tensor binary(long... shape) {
    Tensor tensor = draws.uniform(DType.F64, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setDouble(i, Math.rint(tensor.getDouble(i)));
    }
    return tensor;
  }

  private Tensor targets(long... shape) {
    return random.nextBoolean() ? binary(shape) : inside(shape);
  }

  /** Labels of which the first is not ignored, so that a mean is one over something. */
  private Tensor labels(long[] shape, long ignored) {
    int classes = classes(shape);
    Tensor labels = draws.labels(classes, ignored, DType.I64, Draws.rowShape(shape));
    labels.setLong(0, ignored == 0 ? classes - 1 : 0);
    return labels;
  }

  private static int classes(long[] shape) {
    return (int) shape[shape.length == 1 ? 0 : 1];
  }

  private double gamma() {
    return draws.pick(List.of(0.0, 0.5, 1.0, 2.0, 3.0, 3.7));
  }

  private double smoothing() {
    return draws.pick(List.of(0.0, 0.1, 0.5, 1.0));
  }

  private @Nullable Tensor classWeight(long[] shape) {
    return draws.weightOrNull(DType.F64, classes(shape));
  }

  private @Nullable Tensor weightOrNull(long[] shape) {
    return random.nextBoolean() ? null : draws.uniform(DType.F64, repeated(shape));
  }

  private @Nullable Tensor upstreamOrNull(Loss loss, long... lossShape) {
    long[] shape = loss.reduction() == Reduction.NONE ? lossShape : new long[0];
    return random.nextBoolean() ? draws.normal(1, DType.F64, shape) : null;
  }
}
