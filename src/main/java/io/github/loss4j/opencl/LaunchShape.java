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
 * rows that are not contiguous are computed {@link #IN_LANES} or {@link #BY_POSITION} all the same.
 */
enum LaunchShape {
  /** A work-item per row, which reads whole vectors: for CPUs, whose work-items are loops. */
  BY_ITEM,
  /** A team of work-items per row, as large as the row deserves: for GPUs. */
  BY_TEAM,
  /** Several work-groups per row and a step that combines: for GPUs, when rows are few. */
  SPLIT,
  /** A work-item per row, neighbours at neighbouring inner positions: for strided rows. */
  BY_POSITION,
  /** A row in each lane of a work-item's vectors: for strided and for short rows on CPUs. */
  IN_LANES;

  /** Rows of so few classes are sooner computed {@link #IN_LANES} than {@link #BY_ITEM}. */
  private static final int SHORT = 64;

  static final String PROPERTY = "loss4j.opencl.shape";

  /** The shape for a device and rows. */
  static LaunchShape of(ClDevice device, Rows rows) {
    @Nullable LaunchShape forced = forced();
    if (rows.inner() > 1) {
      boolean lanes = forced == IN_LANES || (device.cpu() && forced != BY_POSITION);
      return lanes ? IN_LANES : BY_POSITION;
    }
    if (forced != null) {
      return forced;
    }
    if (areShort(device, rows)) {
      return IN_LANES;
    }
    if (device.cpu()) {
      return BY_ITEM;
    }
    boolean fewRows = rows.count() < 2L * device.computeUnits();
    return fewRows && rows.classes() > RowOrder.SEGMENT ? SPLIT : BY_TEAM;
  }

  /** Whether rows need not be contiguous. */
  boolean takesStrides() {
    return this == BY_POSITION || this == IN_LANES;
  }

  /** Whether contiguous rows are so short that a CPU computes them in lanes. */
  static boolean areShort(ClDevice device, Rows rows) {
    return device.cpu() && rows.classes() <= SHORT;
  }

  private static @Nullable LaunchShape forced() {
    @Nullable String forced = System.getProperty(PROPERTY);
    return forced == null ? null : valueOf(forced.toUpperCase(Locale.ROOT));
  }
}
