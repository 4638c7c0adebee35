// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The measurements of a {@link Run} in a file, one line of JSON each, so that some of them can be
 * made again.
 */
final class KeptMeasurements {
  private static final Gson GSON = new Gson();

  private final Path file;
  private final Map<String, Measurement> byLabel = new LinkedHashMap<>();

  /** Those that the file has; none if there is no file. */
  KeptMeasurements(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        Measurement kept = GSON.fromJson(line, Measurement.class);
        byLabel.put(kept.label(), kept);
      }
    }
  }

  List<Measurement> all() {
    return List.copyOf(byLabel.values());
  }

  /**
   * Keeps a measurement, in place of the one with its label if there is one.
   *
   * @param order of the labels in the file; measurements with others are forgotten
   */
  void put(Measurement measured, List<String> order) throws IOException {
    byLabel.put(measured.label(), measured);
    byLabel.keySet().retainAll(order);
    Files.write(
        file,
        order.stream().filter(byLabel::containsKey).map(byLabel::get).map(GSON::toJson).toList());
  }
}
