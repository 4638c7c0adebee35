// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import java.util.Arrays;
import java.util.Locale;

/**
 * Segmentation of a volume, such as a scan of a head: logits of shape (1, 4, 128, 128, 128), and
 * for each voxel how probable each of 4 tissues is. Loss and gradient, timed.
 */
public final class SegmentVolume {
  private static final int TISSUES = 4;
  private static final int SIDE = 128;
  private static final int VOXELS = SIDE * SIDE * SIDE;
  private static final int RUNS = 5;
  private static final double NANOS_PER_SECOND = 1e9;

  private SegmentVolume() {}

  /** Takes the name of a backend; without one, the best there is. */
  public static void main(String[] args) {
    Tensor logits = Tensor.allocate(DType.F32, 1, TISSUES, SIDE, SIDE, SIDE);
    Tensor probabilities = Tensor.allocate(DType.F32, 1, TISSUES, SIDE, SIDE, SIDE);
    Tensor gradient = Tensor.allocate(DType.F32, 1, TISSUES, SIDE, SIDE, SIDE);
    fill(logits, probabilities);
    try (LossSession session =
        args.length == 0 ? LossBackend.auto().open() : LossBackend.named(args[0]).open()) {
      System.out.println("device  " + session.device());
      System.out.println("loss    " + loss(session, logits, probabilities, gradient).value());
      System.out.printf(
          Locale.ROOT,
          "time    %.3f s, of %d runs%n",
          median(session, logits, probabilities, gradient),
          RUNS);
    }
  }

  static LossResult loss(
      LossSession session, Tensor logits, Tensor probabilities, Tensor gradient) {
    return session.evaluate(
        new CrossEntropyLoss(), logits, probabilities, Request.gradient(gradient));
  }

  private static double median(
      LossSession session, Tensor logits, Tensor probabilities, Tensor gradient) {
    double[] seconds = new double[RUNS];
    for (int run = 0; run < RUNS; run++) {
      long start = System.nanoTime();
      loss(session, logits, probabilities, gradient);
      seconds[run] = (System.nanoTime() - start) / NANOS_PER_SECOND;
    }
    Arrays.sort(seconds);
    return seconds[RUNS / 2];
  }

  /**
   * Shells around the middle, one of each tissue, whose borders are soft; logits see them dimly.
   */
  static void fill(Tensor logits, Tensor probabilities) {
    for (int voxel = 0; voxel < VOXELS; voxel++) {
      double x = fromMiddle(voxel / (SIDE * SIDE));
      double y = fromMiddle(voxel / SIDE % SIDE);
      double z = fromMiddle(voxel % SIDE);
      double shell = Math.sqrt(x * x + y * y + z * z) * 2 * TISSUES / SIDE / Math.sqrt(3);
      int inner = (int) Math.min(shell, TISSUES - 1);
      double outwards = inner == TISSUES - 1 ? 0 : shell - inner;
      for (int tissue = 0; tissue < TISSUES; tissue++) {
        long at = (long) tissue * VOXELS + voxel;
        double share = tissue == inner ? 1 - outwards : tissue == inner + 1 ? outwards : 0;
        probabilities.setDouble(at, share);
        logits.setDouble(at, 4 * share - 1);
      }
    }
  }

  private static double fromMiddle(int index) {
    return index - (SIDE - 1) / 2.0;
  }
}
