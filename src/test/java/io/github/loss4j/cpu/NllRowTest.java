// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Bits;
import io.github.loss4j.host.HostSession;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Blocks of rows have the bits of rows one by one, which is how it is known what is correct. */
class NllRowTest {
  private static final int ROWS = 500;
  private static final double[] SPECIAL = {
    0.0, -0.0, Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, -1e-40, -3e38
  };

  @AutoClose
  private static final LossSession session =
      new HostSession("cpu", "plain", JavaKernels.open(1, false));

  private final Random random = new Random(1);

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16", "F64"})
  void blocks(DType dtype) {
    assertSame(input(dtype, ROWS, 7), labels(7, ROWS));
    assertSame(input(dtype, ROWS, 1), labels(1, ROWS));
    assertSame(input(dtype, 5, 7, 100), labels(7, 5, 100));
  }

  private void assertSame(Tensor input, Tensor labels) {
    int classes = (int) input.extent(1);
    Tensor weight = Tensor.allocate(input.dtype().arithmetic(), classes);
    for (int c = 0; c < classes; c++) {
      weight.setDouble(c, c == 2 ? 0 : 3 * random.nextDouble());
    }
    NLLLoss loss = new NLLLoss().withReduction(Reduction.NONE);
    for (NLLLoss each : new NLLLoss[] {loss, loss.withWeight(weight)}) {
      Tensor want = Bits.poisoned(input.dtype(), input.shape());
      Request rowByRow = Request.gradient(want).withAccuracy();
      Tensor expected = session.evaluate(each, input, labels, rowByRow).loss();
      Tensor actual = session.evaluate(each, input, labels).loss();
      Bits.assertSame(expected, actual, each.toString());
      Tensor got = Bits.copy(input);
      Tensor inPlace = session.evaluate(each, got, labels, Request.gradient(got)).loss();
      Bits.assertSame(expected, inPlace, each + " in place");
      Bits.assertSame(want, got, each + " gradient");
    }
  }

  private Tensor input(DType dtype, long... shape) {
    Tensor input = Tensor.allocate(dtype, shape);
    for (long i = 0; i < input.size(); i++) {
      boolean special = random.nextInt(4) == 0;
      input.setDouble(
          i, special ? SPECIAL[random.nextInt(SPECIAL.length)] : -9 * random.nextDouble());
    }
    return input;
  }

  private Tensor labels(int classes, long... shape) {
    Tensor labels = Tensor.allocate(DType.I64, shape);
    for (long i = 0; i < labels.size(); i++) {
      labels.setLong(i, random.nextInt(5) == 0 ? -100 : random.nextInt(classes));
    }
    return labels;
  }
}
