// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import java.util.List;
import java.util.Locale;
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
    table.add("OPERATION", "DIRECTION", "TYPE", "SHAPE", "TIME", "GB/S", "OF THE LIMIT");
    for (Result result : results) {
      table.add(
          result.op(),
          result.direction(),
          result.dtype(),
          result.shape(),
          text("%.6f s", result.seconds()),
          text("%.2f", result.gbPerSecond()),
          text("%.0f %%", 100 * result.fractionOfLimit()));
    }
    return String.join(System.lineSeparator(), heading(), "", table.toString());
  }

  private String heading() {
    String upload =
        limits.hostToDeviceGbPerSecond() == null
            ? "uses the host's memory"
            : text("host to device %.1f GB/s", limits.hostToDeviceGbPerSecond());
    return device
        + System.lineSeparator()
        + text(
            "read %.1f GB/s, copy %.1f GB/s, ", limits.readGbPerSecond(), limits.copyGbPerSecond())
        + upload;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
