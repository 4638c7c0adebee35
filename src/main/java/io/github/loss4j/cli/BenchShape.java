// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The shape of an input, with its classes along axis 1.
 *
 * @param extents at least two
 */
public record BenchShape(List<Long> extents) {
  /** Language models of several sizes, ImageNet, ten classes, segmentation, and few long rows. */
  public static final List<BenchShape> ALL =
      List.of(
          of(8192, 50257),
          of(4096, 128256),
          of(16384, 32000),
          of(1_000_000, 10),
          of(65536, 1000),
          of(1, 4, 128, 128, 128),
          of(64, 262144));

  public static BenchShape of(long... extents) {
    return new BenchShape(Arrays.stream(extents).boxed().toList());
  }

  /** Parses {@code 8192x50257}. */
  public static BenchShape parse(String text) {
    try {
      BenchShape shape =
          new BenchShape(Arrays.stream(text.split("x", -1)).map(Long::valueOf).toList());
      if (shape.extents.size() >= 2 && shape.extents.stream().allMatch(extent -> extent > 0)) {
        return shape;
      }
    } catch (NumberFormatException e) {
      throw new UsageException(refusal(text));
    }
    throw new UsageException(refusal(text));
  }

  private static String refusal(String text) {
    return "%s is no shape; expected ROWSxCLASSES such as 8192x50257, or more extents after them"
        .formatted(text);
  }

  public long[] array() {
    return extents.stream().mapToLong(Long::longValue).toArray();
  }

  public long[] ofRows() {
    long[] shape = new long[extents.size() - 1];
    shape[0] = extents.get(0);
    for (int axis = 2; axis < extents.size(); axis++) {
      shape[axis - 1] = extents.get(axis);
    }
    return shape;
  }

  public long size() {
    return extents.stream().reduce(1L, Math::multiplyExact);
  }

  public long classes() {
    return extents.get(1);
  }

  public long rows() {
    return size() / classes();
  }

  @Override
  public String toString() {
    return extents.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
