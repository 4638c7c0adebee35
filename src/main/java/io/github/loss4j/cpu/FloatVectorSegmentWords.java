// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorDoubleWord.headOfRest;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.ordinary;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfProduct;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfRest;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfSum;
import static io.github.loss4j.cpu.FloatVectorStages.runAlone;
import static io.github.loss4j.cpu.FloatVectors.at;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** With the Vector API. */
final class FloatVectorSegmentWords extends SegmentWords {
  private static final int WIDTH = FloatVectors.WIDTH;

  /** An exponent with which nothing is left of a number. */
  private static final float NOTHING = -1024;

  private final FloatElements elements;
  private final FloatWords words;
  private final FloatWords scratch;
  private final float[] lanes = new float[RowOrder.LANES];
  private final float[] largests = new float[WIDTH];
  private final int[] counts = new int[WIDTH];
  private double @Nullable [] doubles;

  FloatVectorSegmentWords(int classes) {
    int length = Math.ceilDiv(Math.min(classes, RowOrder.SEGMENT), WIDTH) * WIDTH;
    elements = new FloatElements(length);
    words = new FloatWords(length);
    scratch = new FloatWords(length);
  }

  /** The numbers and what is needed to make whole vectors. */
  private int length() {
    return Math.ceilDiv(count, WIDTH) * WIDTH;
  }

  private static FloatWords words(SegmentWords words) {
    return ((FloatVectorSegmentWords) words).words;
  }

  private static float[] heads(SegmentWords words) {
    return words(words).heads();
  }

  private static boolean isContiguous(RowView view) {
    return view.isContiguous(DType.F32, DType.BF16, DType.F16);
  }

  @Override
  void read(RowView view, long row, int from) {
    if (isContiguous(view)) {
      count = view.count(from);
      long start = view.offset(row, from) / view.dtype().bytes();
      elements.read(view.tensor(), start, words.heads(), 0, count);
    } else {
      double[] wide = doubles();
      count = view.read(row, from, wide);
      for (int j = 0; j < count; j++) {
        words.heads()[j] = (float) wide[j];
      }
    }
  }

  @Override
  void write(RowView view, long row, int from) {
    if (isContiguous(view)) {
      long start = view.offset(row, from) / view.dtype().bytes();
      elements.write(words.heads(), 0, view.tensor(), start, count);
    } else {
      view.write(row, from, widened());
    }
  }

  @Override
  void chain(RowView view, long row, int from) {
    if (view.isTransformed()) {
      double[] wide = widened();
      view.chain(row, from, wide);
      for (int j = 0; j < count; j++) {
        words.heads()[j] = (float) wide[j];
      }
    }
  }

  private double[] widened() {
    double[] wide = doubles();
    for (int j = 0; j < count; j++) {
      wide[j] = words.heads()[j];
    }
    return wide;
  }

  private double[] doubles() {
    if (doubles == null) {
      doubles = new double[words.heads().length];
    }
    return doubles;
  }

  @Override
  void readWeights(@Nullable Tensor weight, int from) {
    if (weight == null) {
      Arrays.fill(words.heads(), 0, count, 1);
    } else {
      elements.read(weight, from, words.heads(), 0, count);
    }
  }

  @Override
  void fill(double number) {
    Arrays.fill(words.heads(), (float) number);
  }

  @Override
  void set(int j, double number) {
    words.heads()[j] = (float) number;
  }

  @Override
  void logProbabilities(SegmentWords x, RowSoftmax softmax) {
    resize(x);
    float reference = (float) softmax.reference();
    float nll = (float) softmax.nll().head();
    runAlone(() -> logProbabilities(heads(x), reference, nll, words.heads(), length()));
  }

  private static void logProbabilities(
      float[] x, float reference, float nll, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      at(x, i).sub(reference).sub(nll).intoArray(into, i);
    }
  }

  @Override
  void probabilities(SegmentWords x, RowSoftmax softmax) {
    resize(x);
    RowPush push = softmax.probabilities();
    DoubleWord tied = softmax.referenceProbability();
    if (push.hasNormalPowers() && push.shift() == 0) {
      runAlone(() -> probabilitiesNormally(heads(x), push, tied, words, length()));
      return;
    }
    runAlone(() -> exponentials(heads(x), push, scratch, words.tails(), length()));
    runAlone(() -> multiply(scratch, push.factor(), scratch, length()));
    runAlone(() -> FloatVectorPower.scaledDown(scratch, words.tails(), words, length()));
    runAlone(() -> tie(heads(x), (float) push.reference(), tied, words, length()));
  }

  /** No power of 2 takes two factors, and no element is to be clamped. */
  private static void probabilitiesNormally(
      float[] x, RowPush push, DoubleWord tied, FloatWords into, int length) {
    FloatVector tiedHead = FloatVectors.of((float) tied.head());
    FloatVector tiedTail = FloatVectors.of((float) tied.tail());
    FloatVector fHead = FloatVectors.of((float) push.factor().head());
    FloatVector fTail = FloatVectors.of((float) push.factor().tail());
    float reference = (float) push.reference();
    int toPower =
        (FloatArithmetic.BIAS - FloatArithmetic.ROUND_TO_INTEGER_BITS - push.exponent()) << 23;
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector y = at(x, i);
      FloatVector t = FloatVectors.rounded(y);
      FloatVector f = FloatVectors.fraction(y, t);
      FloatVector slope = FloatVectors.slope(f);
      FloatVector e = slope.fma(f, FloatVectors.of(1));
      FloatVector tailOfE = slope.fma(f, FloatVectors.of(1).sub(e));
      FloatVector product = e.mul(fHead);
      FloatVector tail = tailOfProduct(e, tailOfE, fHead, fTail, product);
      FloatVector power =
          t.reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 23)
              .add(toPower)
              .reinterpretAsFloats();
      VectorMask<Float> equal = y.compare(VectorOperators.EQ, reference);
      product.mul(power).blend(tiedHead, equal).intoArray(into.heads(), i);
      tail.mul(power).blend(tiedTail, equal).intoArray(into.tails(), i);
    }
  }

  /** e^x as words near 1 and powers of two. */
  private static void exponentials(
      float[] x, RowPush push, FloatWords into, float[] exponents, int length) {
    FloatVector shift = FloatVectors.of((float) push.shift());
    float exponent = push.exponent();
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector y = FloatVectors.clamped(at(x, i).sub(shift));
      FloatVector t = FloatVectors.rounded(y);
      FloatVector n = t.sub(FloatArithmetic.ROUND_TO_INTEGER).sub(exponent);
      n.blend(NOTHING, n.compare(VectorOperators.LT, NOTHING)).intoArray(exponents, i);
      FloatVector f = FloatVectors.fraction(y, t);
      FloatVector slope = FloatVectors.slope(f);
      FloatVector head = slope.fma(f, FloatVectors.of(1));
      head.intoArray(into.heads(), i);
      slope.fma(f, FloatVectors.of(1).sub(head)).intoArray(into.tails(), i);
    }
  }

  private static void multiply(
      FloatWords exponential, DoubleWord factor, FloatWords into, int length) {
    FloatVector fHead = FloatVectors.of((float) factor.head());
    FloatVector fTail = FloatVectors.of((float) factor.tail());
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector head = at(exponential.heads(), i);
      FloatVector product = head.mul(fHead);
      FloatVector tail = tailOfProduct(head, at(exponential.tails(), i), fHead, fTail, product);
      product.intoArray(into.heads(), i);
      tail.intoArray(into.tails(), i);
    }
  }

  private static void tie(
      float[] x, float reference, DoubleWord tied, FloatWords words, int length) {
    FloatVector head = FloatVectors.of((float) tied.head());
    FloatVector tail = FloatVectors.of((float) tied.tail());
    for (int i = 0; i < length; i += WIDTH) {
      VectorMask<Float> equal = at(x, i).compare(VectorOperators.EQ, reference);
      at(words.heads(), i).blend(head, equal).intoArray(words.heads(), i);
      at(words.tails(), i).blend(tail, equal).intoArray(words.tails(), i);
    }
  }

  @Override
  void roundedProbabilities(SegmentWords x, RowPush ofRow) {
    resize(x);
    if (ofRow.isNormal() && ofRow.shift() == 0) {
      runAlone(() -> FloatVectorPush.ofArray(heads(x), words.heads(), length(), ofRow));
    } else {
      runAlone(() -> FloatVectorPush.ofAnyArray(heads(x), words.heads(), length(), ofRow));
    }
  }

  @Override
  void spread(DoubleWord keep, double spread) {
    runAlone(() -> spread(words.heads(), keep, (float) spread, length()));
  }

  private static void spread(float[] x, DoubleWord keep, float spread, int length) {
    FloatVector head = FloatVectors.of((float) keep.head());
    FloatVector tail = FloatVectors.of((float) keep.tail());
    for (int i = 0; i < length; i += WIDTH) {
      head.fma(at(x, i), tail.fma(at(x, i), FloatVectors.of(spread))).intoArray(x, i);
    }
  }

  @Override
  void multiply(SegmentWords factors) {
    runAlone(() -> multiply(words.heads(), heads(factors), length()));
  }

  private static void multiply(float[] x, float[] factors, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      at(x, i).mul(at(factors, i)).intoArray(x, i);
    }
  }

  @Override
  void timesLess(SegmentWords p, DoubleWord push, DoubleWord upstream, SegmentWords a) {
    resize(p);
    runAlone(() -> by(upstream, heads(a), scratch, length()));
    runAlone(() -> timesLess(push, words(p), scratch, words.heads(), length()));
  }

  /** a b of one a. */
  private static void by(DoubleWord a, float[] b, FloatWords into, int length) {
    FloatVector aHead = FloatVectors.of((float) a.head());
    FloatVector aTail = FloatVectors.of((float) a.tail());
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector head = aHead.mul(at(b, i));
      FloatVector tail = aTail.fma(at(b, i), tailOfProduct(aHead, at(b, i), head));
      head.intoArray(into.heads(), i);
      tail.intoArray(into.tails(), i);
    }
  }

  /** a b - c of one a, rounded nearly once; what is not finite is the heads'. */
  private static void timesLess(
      DoubleWord a, FloatWords b, FloatWords c, float[] into, int length) {
    FloatVector aHead = FloatVectors.of((float) a.head());
    FloatVector aTail = FloatVectors.of((float) a.tail());
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector y = at(b.heads(), i);
      FloatVector product = aHead.mul(y);
      FloatVector ofTail = aTail.fma(y, tailOfProduct(aHead, y, product));
      FloatVector tail = aHead.fma(at(b.tails(), i), ofTail);
      FloatVector minusC = at(c.heads(), i).neg();
      FloatVector difference = product.add(minusC);
      FloatVector rest = tailOfSum(product, minusC, difference).add(tail.sub(at(c.tails(), i)));
      VectorMask<Float> finite = difference.abs().compare(VectorOperators.LE, Float.MAX_VALUE);
      difference.blend(difference.add(rest), finite).intoArray(into, i);
    }
  }

  @Override
  void pulledBack(
      SegmentWords p,
      SegmentWords g,
      SegmentWords x,
      DoubleWord minusTied,
      DoubleWord minusDot,
      @Nullable DoubleWord complement,
      RowSoftmax softmax) {
    resize(p);
    runAlone(() -> plus(heads(g), minusTied, scratch, length()));
    if (complement != null) {
      float reference = (float) softmax.reference();
      runAlone(() -> replaceTied(heads(x), reference, heads(g), complement, scratch, length()));
    }
    runAlone(() -> sumTimes(scratch, minusDot, words(p), words.heads(), length()));
  }

  /** a + b of one b. */
  private static void plus(float[] a, DoubleWord b, FloatWords into, int length) {
    FloatVector bHead = FloatVectors.of((float) b.head());
    FloatVector bTail = FloatVectors.of((float) b.tail());
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector sum = at(a, i).add(bHead);
      FloatVector rest = tailOfSum(at(a, i), bHead, sum).add(bTail);
      FloatVector head = headOfRest(sum, rest);
      head.intoArray(into.heads(), i);
      tailOfRest(sum, rest, head).intoArray(into.tails(), i);
    }
  }

  /** Where x is tied, the words become complement g. */
  private static void replaceTied(
      float[] x, float reference, float[] g, DoubleWord complement, FloatWords words, int length) {
    FloatVector cHead = FloatVectors.of((float) complement.head());
    FloatVector cTail = FloatVectors.of((float) complement.tail());
    for (int i = 0; i < length; i += WIDTH) {
      VectorMask<Float> tied = at(x, i).compare(VectorOperators.EQ, reference);
      if (tied.anyTrue()) {
        FloatVector head = cHead.mul(at(g, i));
        FloatVector tail = cTail.fma(at(g, i), tailOfProduct(cHead, at(g, i), head));
        at(words.heads(), i).blend(head, tied).intoArray(words.heads(), i);
        at(words.tails(), i).blend(tail, tied).intoArray(words.tails(), i);
      }
    }
  }

  /**
   * (a + b) c of one b, rounded nearly once; the sign of a 0 and what is not finite are the heads'.
   */
  private static void sumTimes(FloatWords a, DoubleWord b, FloatWords c, float[] into, int length) {
    FloatVector bHead = FloatVectors.of((float) b.head());
    FloatVector bTail = FloatVectors.of((float) b.tail());
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector sum = at(a.heads(), i).add(bHead);
      FloatVector rest = tailOfSum(at(a.heads(), i), bHead, sum).add(at(a.tails(), i).add(bTail));
      FloatVector head = headOfRest(sum, rest);
      FloatVector tail = tailOfRest(sum, rest, head);
      FloatVector y = at(c.heads(), i);
      FloatVector product = head.mul(y);
      FloatVector rounded = head.fma(y, head.fma(at(c.tails(), i), tail.mul(y)));
      product.blend(rounded, ordinary(product)).intoArray(into, i);
    }
  }

  /** a + b of one b. */
  private static void plus(FloatWords a, DoubleWord b, FloatWords into, int length) {
    FloatVector bHead = FloatVectors.of((float) b.head());
    FloatVector bTail = FloatVectors.of((float) b.tail());
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector sum = at(a.heads(), i).add(bHead);
      FloatVector rest = tailOfSum(at(a.heads(), i), bHead, sum).add(at(a.tails(), i).add(bTail));
      FloatVector head = headOfRest(sum, rest);
      head.intoArray(into.heads(), i);
      tailOfRest(sum, rest, head).intoArray(into.tails(), i);
    }
  }

  @Override
  void weightedNll(
      SegmentWords x,
      SegmentWords weights,
      DoubleWord keep,
      DoubleWord upstream,
      RowSoftmax softmax) {
    resize(x);
    float reference = (float) softmax.reference();
    DoubleWord minusNll = softmax.nll().negated();
    runAlone(() -> minusReference(heads(x), reference, scratch, length()));
    runAlone(() -> plus(scratch, minusNll, words, length()));
    runAlone(() -> by(keep, heads(weights), scratch, length()));
    runAlone(() -> minusProducts(words, scratch, words, length()));
    runAlone(() -> times(upstream, words, words.heads(), length()));
  }

  private static void minusReference(float[] x, float reference, FloatWords into, int length) {
    FloatVector minus = FloatVectors.of(-reference);
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector head = at(x, i).add(minus);
      head.intoArray(into.heads(), i);
      tailOfSum(at(x, i), minus, head).intoArray(into.tails(), i);
    }
  }

  private static void minusProducts(FloatWords a, FloatWords b, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector x = at(a.heads(), i).neg();
      FloatVector y = at(b.heads(), i);
      FloatVector head = x.mul(y);
      FloatVector rest = at(a.tails(), i).neg().fma(y, tailOfProduct(x, y, head));
      head.intoArray(into.heads(), i);
      x.fma(at(b.tails(), i), rest).intoArray(into.tails(), i);
    }
  }

  /** a b of one a, rounded nearly once. */
  private static void times(DoubleWord a, FloatWords b, float[] into, int length) {
    FloatVector aHead = FloatVectors.of((float) a.head());
    FloatVector aTail = FloatVectors.of((float) a.tail());
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector y = at(b.heads(), i);
      FloatVector product = aHead.mul(y);
      FloatVector rounded = aHead.fma(y, aHead.fma(at(b.tails(), i), aTail.mul(y)));
      product.blend(rounded, ordinary(product)).intoArray(into, i);
    }
  }

  @Override
  double dot(SegmentWords other) {
    int whole = count / RowOrder.LANES * RowOrder.LANES;
    for (int part = 0; part < RowOrder.LANES; part += WIDTH) {
      int first = part;
      runAlone(() -> addProducts(words.heads(), heads(other), first, whole, lanes));
    }
    for (int j = whole; j < count; j++) {
      int lane = j - whole;
      lanes[lane] = Math.fma(words.heads()[j], heads(other)[j], lanes[lane]);
    }
    return FloatVectorSegment.sum(lanes, 0, RowOrder.LANES);
  }

  /** Sums the products of as many lanes as a vector has. */
  private static void addProducts(float[] a, float[] b, int first, int end, float[] lanes) {
    FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
    for (int i = first; i < end; i += RowOrder.LANES) {
      sum = at(a, i).fma(at(b, i), sum);
    }
    sum.intoArray(lanes, first);
  }

  @Override
  double dot(SegmentWords other, SegmentWords x, RowSoftmax softmax, boolean tied) {
    float reference = (float) softmax.reference();
    int whole = count / RowOrder.LANES * RowOrder.LANES;
    for (int part = 0; part < RowOrder.LANES; part += WIDTH) {
      int first = part;
      runAlone(
          () ->
              addProducts(
                  words.heads(), heads(other), heads(x), reference, tied, first, whole, lanes));
    }
    for (int j = whole; j < count; j++) {
      int lane = j - whole;
      float head = heads(x)[j] == reference == tied ? words.heads()[j] : 0;
      lanes[lane] = Math.fma(head, heads(other)[j], lanes[lane]);
    }
    return FloatVectorSegment.sum(lanes, 0, RowOrder.LANES);
  }

  private static void addProducts(
      float[] a,
      float[] b,
      float[] x,
      float reference,
      boolean tied,
      int first,
      int end,
      float[] lanes) {
    FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
    FloatVector zero = FloatVectors.of(0);
    for (int i = first; i < end; i += RowOrder.LANES) {
      VectorMask<Float> equal = at(x, i).compare(VectorOperators.EQ, reference);
      FloatVector head = at(a, i);
      FloatVector wanted = tied ? zero.blend(head, equal) : head.blend(zero, equal);
      sum = wanted.fma(at(b, i), sum);
    }
    sum.intoArray(lanes, first);
  }

  @Override
  double dotLogarithms(SegmentWords x, RowSoftmax softmax, double base, double excess) {
    resize(x);
    float less = (float) base;
    float more = (float) excess;
    int rounds = count / RowOrder.LANES;
    int whole = rounds * RowOrder.LANES;
    RowPush push = softmax.probabilities();
    boolean normal = push.isNormal() && push.shift() == 0;
    if (!normal) {
      roundedProbabilities(x, push);
    }
    for (int part = 0; part < RowOrder.LANES; part += 2 * WIDTH) {
      int first = part;
      if (normal) {
        runAlone(() -> addLogarithms(heads(x), push, less, more, first, rounds, lanes));
      } else {
        runAlone(() -> addLogarithms(words.heads(), heads(x), less, more, first, rounds, lanes));
      }
    }
    if (normal && whole < count) {
      roundedProbabilities(x, push);
    }
    for (int j = whole; j < count; j++) {
      float p = words.heads()[j];
      float log = p == 0 ? 0 : heads(x)[j] - less - more;
      lanes[j - whole] = Math.fma(p, log, lanes[j - whole]);
    }
    return FloatVectorSegment.sum(lanes, 0, RowOrder.LANES);
  }

  /** Sums p log p in as many lanes as two vectors have. */
  private static void addLogarithms(
      float[] p, float[] x, float base, float excess, int first, int rounds, float[] lanes) {
    FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
    FloatVector next = FloatVector.zero(FloatVectors.FLOATS);
    for (int i = 0; i < 2 * rounds; i++) {
      int j = first + (i >> 1) * RowOrder.LANES + (i & 1) * WIDTH;
      FloatVector head = at(p, j);
      FloatVector log = at(x, j).sub(base).sub(excess);
      VectorMask<Float> none = head.compare(VectorOperators.EQ, 0f);
      FloatVector more = head.fma(log.blend(0f, none), sum);
      sum = next;
      next = more;
    }
    sum.intoArray(lanes, first);
    next.intoArray(lanes, first + WIDTH);
  }

  /** The same where every p is a normal number. */
  private static void addLogarithms(
      float[] x, RowPush push, float base, float excess, int first, int rounds, float[] lanes) {
    FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
    FloatVector next = FloatVector.zero(FloatVectors.FLOATS);
    FloatVector reference = FloatVectors.of((float) push.reference());
    FloatVector tied = FloatVectors.of((float) push.atTies());
    FloatVector head = FloatVectors.of((float) push.factor().head());
    FloatVector tail = FloatVectors.of((float) push.factor().tail());
    FloatVector toInteger = FloatVectors.of(FloatVectorPush.toInteger(push));
    for (int i = 0; i < 2 * rounds; i++) {
      int j = first + (i >> 1) * RowOrder.LANES + (i & 1) * WIDTH;
      FloatVector y = at(x, j);
      FloatVector p = FloatVectorPush.pushed(y, reference, tied, head, tail, toInteger);
      FloatVector more = p.fma(y.sub(base).sub(excess), sum);
      sum = next;
      next = more;
    }
    sum.intoArray(lanes, first);
    next.intoArray(lanes, first + WIDTH);
  }

  @Override
  int countAbove(double number, int from, int to) {
    return countFrom(Math.nextUp((float) number), from, to);
  }

  @Override
  int countFrom(double number, int from, int to) {
    float limit = (float) number;
    int end = from + (to - from) / WIDTH * WIDTH;
    runAlone(() -> countFrom(words.heads(), limit, from, end, counts));
    int found = total(counts);
    for (int j = end; j < to; j++) {
      found += words.heads()[j] >= limit ? 1 : 0;
    }
    return found;
  }

  private static void countFrom(float[] x, float limit, int from, int end, int[] counts) {
    IntVector count = IntVector.zero(FloatVectors.INTS);
    for (int i = from; i < end; i += WIDTH) {
      VectorMask<Float> found = at(x, i).compare(VectorOperators.GE, limit);
      count = count.add(1, found.cast(FloatVectors.INTS));
    }
    count.intoArray(counts, 0);
  }

  private static int total(int[] values) {
    int total = 0;
    for (int value : values) {
      total += value;
    }
    return total;
  }

  @Override
  double largest() {
    int end = count / WIDTH * WIDTH;
    runAlone(() -> findLargest(words.heads(), end, largests));
    float top = Float.NEGATIVE_INFINITY;
    for (float x : largests) {
      top = Math.max(top, x);
    }
    for (int j = end; j < count; j++) {
      top = Math.max(top, words.heads()[j]);
    }
    return top;
  }

  private static void findLargest(float[] x, int end, float[] largests) {
    FloatVector top = FloatVectors.of(Float.NEGATIVE_INFINITY);
    for (int i = 0; i < end; i += WIDTH) {
      top = FloatVectors.larger(top, at(x, i));
    }
    top.intoArray(largests, 0);
  }

  @Override
  int indexOf(double number) {
    int j = 0;
    while (words.heads()[j] != (float) number) {
      j++;
    }
    return j;
  }
}
