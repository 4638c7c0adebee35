// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.LogSoftmax;
import io.github.loss4j.LossSession;
import io.github.loss4j.Normalization;
import io.github.loss4j.Softmax;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Bits;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks of rows have the bits of plain Java, which goes row by row. */
@Tag("vectors")
class NormalizeBlocksTest {
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("io.github.loss4j.cpu.CrossEntropyBlocksTest#typesAndRows")
  void everyRowHasTheBitsOfPlainJava(DType dtype, DrawnRows rows) {
    try (LossSession plain = JavaKernels.session(Loops.PLAIN);
        LossSession vectors = JavaKernels.session(Loops.VECTOR)) {
      for (long[] shape : DrawnRows.SHAPES) {
        Random random = new Random(shape[1]);
        Tensor input = Tensor.allocate(dtype, shape);
        Tensor upstream = Tensor.allocate(DType.F32, shape);
        for (long i = 0; i < input.size(); i++) {
          input.setDouble(i, rows.draw(random));
          upstream.setDouble(i, random.nextInt(9) == 0 ? 0 : random.nextGaussian());
        }
        upstream.setDouble(0, Double.POSITIVE_INFINITY);
        for (Normalization function : new Normalization[] {new Softmax(1), new LogSoftmax(1)}) {
          compare(plain, vectors, function, input);
          compareGradients(plain, vectors, function, input, upstream);
          compareGradients(plain, vectors, function, input, null);
        }
      }
    }
  }

  /** In place, as every other row overwrites what the next block must not have read yet. */
  private static void compare(
      LossSession plain, LossSession vectors, Normalization function, Tensor input) {
    Tensor want = Tensor.allocate(input.dtype(), input.shape());
    Tensor got = Bits.copy(input);
    plain.apply(function, input, want);
    vectors.apply(function, got, got);
    Bits.assertSame(want, got, input + " " + function);
  }

  private static void compareGradients(
      LossSession plain,
      LossSession vectors,
      Normalization function,
      Tensor input,
      @Nullable Tensor upstream) {
    Tensor want = Tensor.allocate(input.dtype(), input.shape());
    Tensor got = Bits.copy(input);
    plain.gradient(function, input, upstream, want);
    vectors.gradient(function, got, upstream, got);
    Bits.assertSame(want, got, input + " " + function + " gradient");
  }
}
