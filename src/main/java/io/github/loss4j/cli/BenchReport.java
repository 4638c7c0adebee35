// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code loss4j bench} found.
 *
 * @param device the device that computed
 * @param limits what its memory can do, in the same run
 * @param results one per measurement
 */
record BenchReport(String device, Limits limits, List<Result> results) {

  /**
   * 10<sup>9</sup> bytes per second.
   *
   * @param readGbPerSecond of reading
   * @param copyGbPerSecond of copying, where a byte counts as it is read and as it is written
   * @param hostToDeviceGbPerSecond of transfers; null where kernels use the host's memory
   */
  record Limits(
      double readGbPerSecond, double copyGbPerSecond, @Nullable Double hostToDeviceGbPerSecond) {}

  /**
   * A measurement.
   *
   * @param backend the backend's name
   * @param op the operation
   * @param direction forward or forward_backward
   * @param dtype the input's
   * @param shape the input's, as ROWSxCLASSES...
   * @param rows how many
   * @param classes of each row
   * @param seconds the median
   * @param gbPerSecond bytes that must be read and written, per second
   * @param fractionOfLimit how much of the time reading or copying these bytes would have taken;
   *     medians of the same rounds
   */
  record Result(
      String backend,
      String op,
      String direction,
      String dtype,
      String shape,
      long rows,
      long classes,
      double seconds,
      double gbPerSecond,
      double fractionOfLimit) {}

  /** The report for a person. */
  String table() {
    Table table = new Table();
    table.add("OPERATION", "DIRECTION", "TYPE", "SHAPE", "SECONDS", "GB/S", "% OF LIMIT");
    for (Result result : results) {
      table.add(
          result.op(),
          result.direction(),
          result.dtype(),
          result.shape(),
          fixed(result.seconds(), 6),
          fixed(result.gbPerSecond(), 2),
          fixed(100 * result.fractionOfLimit(), 0));
    }
    return String.join(System.lineSeparator(), device, memory(), "", table.toString());
  }

  private String memory() {
    Double upload = limits.hostToDeviceGbPerSecond();
    return "GB/s: read %s, copy %s, %s"
        .formatted(
            fixed(limits.readGbPerSecond(), 1),
            fixed(limits.copyGbPerSecond(), 1),
            upload == null ? "no transfers" : "host to device " + fixed(upload, 1));
  }

  private static String fixed(double value, int digits) {
    return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
  }
}
