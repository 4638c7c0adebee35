// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Rows;
import java.util.Locale;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** How rows are shared out among work-items; the bits are the same. */
enum RowShape {
  /** A row each: for processors whose work-items are loops, and for short rows. */
  BY_ROW,
  /** A lane of a segment each, so that few long rows keep a GPU busy. */
  BY_LANE;

  /** The system property that forces one. */
  static final String PROPERTY = "loss4j.tornado.shape";

  /** From so many classes on a lane has some elements to add. */
  private static final int LEAST_CLASSES = 128;

  /** The shape for rows on a device. */
  static RowShape of(Rows rows, boolean gpu) {
    if (rows.inner() > 1) {
      return BY_ROW;
    }
    String forced = System.getProperty(PROPERTY);
    if (forced != null) {
      return valueOf(forced.toUpperCase(Locale.ROOT));
    }
    return gpu && rows.classes() >= LEAST_CLASSES ? BY_LANE : BY_ROW;
  }

  /** The strips of a row. */
  int strips(int classes) {
    return this == BY_ROW ? 1 : RowOrder.segments(classes) * Lanes.COUNT;
  }

  /** Tells kernels about the strips. */
  void describe(int classes, IntArray sizes) {
    sizes.set(Call.STRIPS, strips(classes));
    sizes.set(Call.STRIP_SPAN, this == BY_ROW ? classes : Lanes.SEGMENT);
    sizes.set(Call.STRIP_STEP, this == BY_ROW ? 1 : Lanes.COUNT);
  }
}
