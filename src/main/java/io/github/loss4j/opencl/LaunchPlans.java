// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.host.Rows;
import java.util.Map;

/** The launch plan for each input. */
@FunctionalInterface
interface LaunchPlans {

  /** The plan for rows whose elements have a size. */
  LaunchPlan of(Rows rows, int elementBytes);

  /** Those of a device: what was measured on it, else the standard ones. */
  static LaunchPlans of(ClDevice device) {
    Map<String, LaunchPlan> tuned = TuningFile.of(device).read();
    return (rows, elementBytes) -> {
      LaunchPlan standard = LaunchPlan.standard(device, rows);
      return System.getProperty(LaunchShape.PROPERTY) != null
          ? standard
          : tuned.getOrDefault(RowClass.of(device, rows, elementBytes).toString(), standard);
    };
  }
}
