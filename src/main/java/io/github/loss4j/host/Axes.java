// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import java.util.ArrayList;
import java.util.List;

/**
 * Some axes of a dense tensor, less those of extent 1.
 *
 * @param axes the outermost first
 */
record Axes(List<Axis> axes) {

  /**
   * One axis.
   *
   * @param extent the number of positions along it
   * @param stride the distance of neighbours along it, in elements
   */
  record Axis(long extent, long stride) {}

  /** The axes that are chosen of a shape. */
  static Axes of(long[] shape, boolean[] chosen) {
    List<Axis> axes = new ArrayList<>();
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (chosen[i] && shape[i] != 1) {
        axes.addFirst(new Axis(shape[i], stride));
      }
      stride *= shape[i];
    }
    return new Axes(List.copyOf(axes));
  }

  /** The number of positions along all of them. */
  long size() {
    return axes.stream().mapToLong(Axis::extent).reduce(1, (a, b) -> a * b);
  }

  /** The distance of positions that are neighbours. */
  long inner() {
    return axes.isEmpty() ? 1 : axes.getLast().stride();
  }

  /** Whether all positions lie at the same distance from the next. */
  boolean areNeighbours() {
    long stride = inner();
    for (Axis axis : axes.reversed()) {
      if (axis.stride() != stride) {
        return false;
      }
      stride *= axis.extent();
    }
    return true;
  }

  /** Where the position lies that has a number in row-major order. */
  long offset(long number) {
    long offset = 0;
    long rest = number;
    for (Axis axis : axes.reversed()) {
      offset += rest % axis.extent() * axis.stride();
      rest /= axis.extent();
    }
    return offset;
  }
}
