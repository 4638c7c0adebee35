// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectors.at;

import io.github.loss4j.host.RowOrder;
import jdk.incubator.vector.FloatVector;

/**
 * &sum; a_c b_c along rows in columns, in the order of {@link RowOrder}: what {@link OrderedDot} is
 * for one row.
 */
final class FloatColumnDot {
  private static final int WIDTH = FloatVectors.WIDTH;
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;

  private final int classes;

  /** Where a row has fewer elements the other lanes are 0. */
  private final float[] lanes = new float[RowOrder.LANES * LENGTH];

  private final int used;

  /**
   * For rows of one segment.
   *
   * @param classes at most {@link RowOrder#SEGMENT}
   */
  FloatColumnDot(int classes) {
    this.classes = classes;
    used = Math.min(classes, RowOrder.LANES) * LENGTH;
  }

  /**
   * Sums products of elements.
   *
   * @param stages gets what does it
   * @param a a column for each class
   * @param b the same
   * @param sums gets the sums
   */
  void add(FloatVectorStages stages, float[] a, float[] b, float[] sums) {
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            multiply(a, b, i);
          }
        });
    stages.add(() -> finish(sums));
  }

  private void multiply(float[] a, float[] b, int i) {
    int end = classes * LENGTH;
    for (int at = i; at < used; at += LENGTH) {
      at(a, at).mul(at(b, at)).intoArray(lanes, at);
    }
    int lane = i;
    for (int at = used + i; at < end; at += LENGTH) {
      at(a, at).fma(at(b, at), at(lanes, lane)).intoArray(lanes, lane);
      lane = lane + LENGTH < used ? lane + LENGTH : i;
    }
  }

  /**
   * Sums elements.
   *
   * @param stages gets what does it
   * @param a a column for each class
   * @param sums gets the sums
   */
  void add(FloatVectorStages stages, float[] a, float[] sums) {
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            add(a, i);
          }
        });
    stages.add(() -> finish(sums));
  }

  private void add(float[] a, int i) {
    int end = classes * LENGTH;
    for (int at = i; at < used; at += LENGTH) {
      at(a, at).intoArray(lanes, at);
    }
    int lane = i;
    for (int at = used + i; at < end; at += LENGTH) {
      at(a, at).add(at(lanes, lane)).intoArray(lanes, lane);
      lane = lane + LENGTH < used ? lane + LENGTH : i;
    }
  }

  /** A row's sum starts from 0, which is not -0. */
  private void finish(float[] sums) {
    FloatColumns.addLanes(lanes, classes, sums);
    for (int i = 0; i < LENGTH; i += WIDTH) {
      FloatVector.zero(FloatVectors.FLOATS).add(at(sums, i)).intoArray(sums, i);
    }
  }
}
