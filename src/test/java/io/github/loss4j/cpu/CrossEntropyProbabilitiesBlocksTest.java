// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Bits;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks of rows have the bits of plain Java, which goes row by row. */
@Tag("vectors")
class CrossEntropyProbabilitiesBlocksTest {
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("io.github.loss4j.cpu.CrossEntropyBlocksTest#typesAndRows")
  void everyRowHasTheBitsOfPlainJava(DType dtype, DrawnRows rows) {
    try (LossSession plain = JavaKernels.session(Loops.PLAIN);
        LossSession vectors = JavaKernels.session(Loops.VECTOR)) {
      for (long[] shape : DrawnRows.SHAPES) {
        Random random = new Random(shape[1]);
        Tensor logits = Tensor.allocate(dtype, shape);
        Tensor targets = Tensor.allocate(dtype, shape);
        for (long i = 0; i < logits.size(); i++) {
          logits.setDouble(i, rows.draw(random));
          targets.setDouble(i, random.nextInt(5) == 0 ? 0 : random.nextDouble());
        }
        Tensor weight = Tensor.allocate(DType.F32, shape[1]);
        for (long i = 0; i < weight.size(); i++) {
          weight.setDouble(i, random.nextInt(7) == 0 ? 0 : random.nextDouble());
        }
        CrossEntropyLoss each = new CrossEntropyLoss().withReduction(Reduction.NONE);
        for (CrossEntropyLoss loss :
            new CrossEntropyLoss[] {
              new CrossEntropyLoss(),
              each.withWeight(weight),
              each.withLabelSmoothing(0.1),
              each.withLabelSmoothing(0.3).withWeight(weight)
            }) {
          compare(plain, vectors, loss, logits, targets);
        }
      }
    }
  }

  /** In place, and with the gradient of the targets, which goes row by row. */
  private static void compare(
      LossSession plain,
      LossSession vectors,
      CrossEntropyLoss loss,
      Tensor logits,
      Tensor targets) {
    Tensor want = Bits.poisoned(logits.dtype(), logits.shape());
    LossResult expected = plain.evaluate(loss, logits, targets, Request.gradient(want));
    Tensor x = Bits.copy(logits);
    LossResult result = vectors.evaluate(loss, x, targets, Request.gradient(x));
    Bits.assertSame(expected.loss(), result.loss(), logits + " " + loss);
    Bits.assertSame(want, x, logits + " gradient " + loss);
    Tensor ofTarget = Bits.poisoned(targets.dtype(), targets.shape());
    Tensor wantOfTarget = Bits.poisoned(targets.dtype(), targets.shape());
    plain.evaluate(loss, logits, targets, Request.LOSS.withTargetGradient(wantOfTarget));
    vectors.evaluate(loss, logits, targets, Request.LOSS.withTargetGradient(ofTarget));
    Bits.assertSame(wantOfTarget, ofTarget, logits + " of the targets, " + loss);
  }
}
