// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Rows;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a piece are shared out among work-items. Every shape gives the same bits.
 *
 * <p>The system property {@value #PROPERTY} forces one, so that each can be tested on any device;
 * rows that are not contiguous are always computed {@link #BY_POSITION}.
 */
enum LaunchShape {
  /** A work-item per row, which reads whole vectors: for CPUs, whose work-items are loops. */
  BY_ITEM,
  /** A team of work-items per row, as large as the row deserves: for GPUs. */
  BY_TEAM,
  /** Several work-groups per row and a step that combines: for GPUs, when rows are few. */
  SPLIT,
  /** A work-item per row, neighbours at neighbouring inner positions: for strided rows. */
  BY_POSITION;

  static final String PROPERTY = "loss4j.opencl.shape";

  /** The shape for a device and rows. */
  static LaunchShape of(ClDevice device, Rows rows) {
    if (rows.inner() > 1) {
      return BY_POSITION;
    }
    @Nullable String forced = System.getProperty(PROPERTY);
    if (forced != null) {
      return valueOf(forced.toUpperCase(Locale.ROOT));
    }
    if (device.cpu()) {
      return BY_ITEM;
    }
    boolean fewRows = rows.count() < 2L * device.computeUnits();
    return fewRows && rows.classes() > RowOrder.SEGMENT ? SPLIT : BY_TEAM;
  }
}
