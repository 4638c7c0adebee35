// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Rows;
import java.util.List;
import java.util.Locale;

/**
 * How the rows of a piece are launched: the tunables of the kernels of rows. Every plan gives the
 * same bits.
 *
 * @param shape how rows are shared out among work-items
 * @param group the work-items of a work-group, a power of two; of {@link LaunchShape#BY_ITEM} and
 *     {@link LaunchShape#IN_LANES} it is always one
 * @param team the most work-items of {@link LaunchShape#BY_TEAM} for a row, a power of two
 * @param elementsPerItem how many elements are worth the start of a work-item of {@link
 *     LaunchShape#BY_ITEM} or {@link LaunchShape#IN_LANES}, which is a loop
 */
record LaunchPlan(LaunchShape shape, int group, int team, int elementsPerItem) {
  /** Work-items that play the lanes of a segment, as kernels/segment_team.clh has it. */
  static final int SEGMENT_TEAM = 8;

  /** Work-items of a work-group, where the device allows as many. */
  static final int GROUP = 256;

  /** Work-items of a work-group that share nothing; a multiple of every GPU's hardware width. */
  static final int INDEPENDENT_GROUP = 64;

  private static final int ELEMENTS_PER_ITEM = 1 << 14;

  /** Work-items per compute unit that keep all of them busy to the end. */
  private static final int ITEMS_PER_UNIT = 8;

  /** The plan where nothing was measured. */
  static LaunchPlan standard(ClDevice device, Rows rows) {
    return standard(device, LaunchShape.of(device, rows));
  }

  static LaunchPlan standard(ClDevice device, LaunchShape shape) {
    int most = mostInGroup(device);
    int group = shape == LaunchShape.BY_POSITION ? INDEPENDENT_GROUP : most;
    return new LaunchPlan(shape, group, most, ELEMENTS_PER_ITEM);
  }

  static int mostInGroup(ClDevice device) {
    return Math.min(GROUP, Integer.highestOneBit(device.maxWorkGroup()));
  }

  /** The rows of a work-item of {@link LaunchShape#BY_ITEM} or {@link LaunchShape#IN_LANES}. */
  int rowsPerItem(ClDevice device, Rows rows) {
    long busy = (long) ITEMS_PER_UNIT * device.computeUnits();
    return Math.clamp(
        elementsPerItem / rows.classes(), 1, Math.max(1, (int) (rows.count() / busy)));
  }

  /** The work-items of {@link LaunchShape#BY_TEAM} for a row. */
  int teamOf(Rows rows) {
    int segments =
        Math.min(RowOrder.segments(rows.classes()), Math.min(group, team) / SEGMENT_TEAM);
    return SEGMENT_TEAM * powerOfTwo(segments);
  }

  /** The least power of two that is not below a positive number. */
  static int powerOfTwo(int number) {
    return number == 1 ? 1 : Integer.highestOneBit(number - 1) << 1;
  }

  /** What the plan comes to for some rows; plans that come to the same are one. */
  List<Object> launchOf(ClDevice device, Rows rows) {
    return switch (shape) {
      case BY_ITEM, IN_LANES -> List.of(shape, rowsPerItem(device, rows));
      case BY_TEAM -> List.of(shape, group, teamOf(rows));
      case SPLIT, BY_POSITION -> List.of(shape, group);
    };
  }

  LaunchPlan withGroup(int newGroup) {
    return new LaunchPlan(shape, newGroup, Math.min(team, newGroup), elementsPerItem);
  }

  LaunchPlan withTeam(int newTeam) {
    return new LaunchPlan(shape, group, newTeam, elementsPerItem);
  }

  LaunchPlan withElementsPerItem(int newElements) {
    return new LaunchPlan(shape, group, team, newElements);
  }

  /** Whether the device can launch it. */
  boolean fits(ClDevice device) {
    return isPowerOfTwo(group)
        && isPowerOfTwo(team)
        && group >= SEGMENT_TEAM
        && group <= Math.max(INDEPENDENT_GROUP, mostInGroup(device))
        && team >= SEGMENT_TEAM
        && team <= mostInGroup(device)
        && elementsPerItem >= 1;
  }

  private static boolean isPowerOfTwo(int number) {
    return number > 0 && Integer.bitCount(number) == 1;
  }

  /** What it does, for people. */
  String description() {
    String name = shape.name().toLowerCase(Locale.ROOT);
    return switch (shape) {
      case BY_ITEM, IN_LANES -> "%s, %,d elements each".formatted(name, elementsPerItem);
      case BY_TEAM -> "%s of up to %d, groups of %d".formatted(name, Math.min(team, group), group);
      case SPLIT, BY_POSITION -> "%s, groups of %d".formatted(name, group);
    };
  }

  /** Such as {@code BY_TEAM 256 64 16384}. */
  @Override
  public String toString() {
    return "%s %d %d %d".formatted(shape, group, team, elementsPerItem);
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static LaunchPlan parse(String text) {
    String[] parts = text.split(" ", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException("'%s' has not four parts".formatted(text));
    }
    return new LaunchPlan(
        LaunchShape.valueOf(parts[0]),
        Integer.parseInt(parts[1]),
        Integer.parseInt(parts[2]),
        Integer.parseInt(parts[3]));
  }
}
