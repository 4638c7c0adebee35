// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What one work-item does of a row: classes from the first on, in steps, to before the end. A row
 * is cut into spans, and a span into as many strips as a step has classes, so that neighbours read
 * neighbours: of one span and step 1 the whole row, and with the spans and steps of segments and
 * lanes one lane of a segment.
 */
record Strip(int row, int first, int step, int end) {

  static Strip of(IntArray sizes, int item) {
    int strips = sizes.get(Call.STRIPS);
    int step = sizes.get(Call.STRIP_STEP);
    int span = sizes.get(Call.STRIP_SPAN);
    int strip = item % strips;
    int from = (strip / step) * span;
    int end = TornadoMath.min(from + span, sizes.get(Call.CLASSES));
    return new Strip(item / strips, from + strip % step, step, end);
  }

  /** How many there are of all rows. */
  static int count(IntArray sizes) {
    return sizes.get(Call.ROWS) * sizes.get(Call.STRIPS);
  }
}
