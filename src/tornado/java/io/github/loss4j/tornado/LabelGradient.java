// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static io.github.loss4j.tornado.Arithmetic.fma;
import static io.github.loss4j.tornado.Arithmetic.isFinite;
import static io.github.loss4j.tornado.Arithmetic.isOrdinary;
import static io.github.loss4j.tornado.Exponential.clamped;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What the gradient of a row with a label is made of: push p_c, less evenly w_c with smoothing, but
 * at_label at the label. {@code kernels/labels.clh} and {@code kernels/cross_entropy.cl} are the
 * same in OpenCL C.
 *
 * @param push without smoothing it has been multiplied by the softmax's inverse
 * @param evenly what smoothing takes off, per weight
 * @param atTies push p of an element that equals the reference, without smoothing
 * @param atLabel the derivative there
 */
record LabelGradient(DoubleWord push, DoubleWord evenly, float atTies, float atLabel) {

  /** Without smoothing. */
  static LabelGradient of(
      FloatArray powers,
      float nan,
      RowSoftmax softmax,
      DoubleWord upstream,
      DoubleWord kept,
      float target) {
    DoubleWord p = softmax.probability(powers, target);
    DoubleWord pull = kept.by(softmax.complement(target, p));
    DoubleWord derivative = DoubleWord.of(0f).by(p).plus(pull.negated());
    DoubleWord push = upstream.by(kept);
    return new LabelGradient(
        push.by(softmax.inverse()),
        DoubleWord.of(0f),
        push.times(softmax.tiedShare()),
        atLabel(nan, upstream, kept, derivative));
  }

  /** With smoothing. */
  static LabelGradient smoothed(
      FloatArray powers,
      FloatArray numbers,
      RowSoftmax softmax,
      DoubleWord upstream,
      float target,
      float weight) {
    float weightSum = numbers.get(Call.WEIGHT_SUM);
    DoubleWord spread = Call.spread(numbers);
    DoubleWord kept = Call.keep(numbers).by(weight);
    DoubleWord p = softmax.probability(powers, target);
    DoubleWord pull = kept.by(softmax.complement(target, p));
    DoubleWord excess = p.by(weightSum).plus(DoubleWord.of(-weight));
    DoubleWord derivative = DoubleWord.of(0f).by(p).plus(spread.by(excess)).plus(pull.negated());
    return new LabelGradient(
        upstream.by(kept.plus(spread.by(weightSum))),
        upstream.by(spread),
        0f,
        atLabel(numbers.get(Call.NAN), upstream, kept, derivative));
  }

  /** Infinite weights pull to both sides at the label, which makes NaN of it as in PyTorch. */
  private static float atLabel(
      float nan, DoubleWord upstream, DoubleWord kept, DoubleWord derivative) {
    return isFinite(upstream.times(kept.head())) ? upstream.times(derivative) : nan;
  }

  /**
   * At an element that is not the label's, without smoothing; rounded once unless it underflows.
   */
  float at(FloatArray powers, RowSoftmax softmax, float x) {
    ScaledWord e = Exponential.word(clamped(x - softmax.row().shift()));
    DoubleWord word = e.word();
    float rest = fma(push.head(), word.tail(), push.tail() * word.head());
    float product =
        isOrdinary(push.head()) ? fma(push.head(), word.head(), rest) : push.head() * word.head();
    float other = Arithmetic.scaledDown(powers, product, e.exponent() - softmax.exponent());
    return x == softmax.row().reference() ? atTies : other;
  }

  /** The same with smoothing, for a class of a weight. */
  float smoothedAt(FloatArray powers, RowSoftmax softmax, float x, float weight) {
    return push.timesLess(softmax.probability(powers, x), evenly.by(weight));
  }
}
