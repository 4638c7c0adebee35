// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Rows;
import java.util.ArrayList;
import java.util.List;

/**
 * Inputs that are launched alike.
 *
 * @param strided whether the rows are not contiguous, or so short that they are launched as if they
 *     were not; the next two are then false
 * @param few whether there are too few rows to occupy the device with some work-groups each
 * @param several whether a row has several segments
 * @param elementBytes the size of an element
 */
record RowClass(boolean strided, boolean few, boolean several, int elementBytes) {

  static RowClass of(ClDevice device, Rows rows, int elementBytes) {
    if (rows.inner() > 1 || LaunchShape.areShort(device, rows)) {
      return new RowClass(true, false, false, elementBytes);
    }
    boolean few = rows.count() < fewRows(device);
    return new RowClass(false, few, rows.classes() > RowOrder.SEGMENT, elementBytes);
  }

  static long fewRows(ClDevice device) {
    return 2L * device.computeUnits();
  }

  /** Those that are measured, the most important first. */
  static List<RowClass> all() {
    List<RowClass> all = new ArrayList<>();
    for (int bytes : new int[] {4, 2}) {
      all.add(new RowClass(false, false, true, bytes));
      all.add(new RowClass(false, false, false, bytes));
      all.add(new RowClass(false, true, true, bytes));
      all.add(new RowClass(true, false, false, bytes));
    }
    return all;
  }

  /** Such as {@code many long rows of 4-byte elements}. */
  String description() {
    String rows =
        strided
            ? "strided rows"
            : (few ? "few " : "many ") + (several ? "long rows" : "short rows");
    return "%s of %d-byte elements".formatted(rows, elementBytes);
  }

  /** Such as {@code many-long-4}. */
  @Override
  public String toString() {
    String rows = strided ? "strided" : (few ? "few" : "many") + (several ? "-long" : "-short");
    return rows + "-" + elementBytes;
  }
}
