// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * An output of a conformance case, and how near to it is near enough.
 *
 * @param role what it is, such as {@code loss} or {@code grad_input}
 * @param file its tensor
 * @param rtol the tolerance in proportion to the recorded value
 * @param atol the tolerance beside that
 * @param overflows how many entries are not finite only because the reference computed in float32
 * @param exactWhereNan true values by flat index, where the reference has NaN all the same
 */
record RecordedOutput(
    String role,
    Path file,
    double rtol,
    double atol,
    long overflows,
    Map<Long, Double> exactWhereNan) {

  static RecordedOutput parse(JsonObject json, Path folder) {
    Map<Long, Double> exact = new HashMap<>();
    if (json.has("nan_where_exact_is_finite")) {
      JsonArray indices = json.getAsJsonArray("nan_where_exact_is_finite");
      JsonArray values = ConformanceCase.required(json, "exact_there").getAsJsonArray();
      for (int i = 0; i < indices.size(); i++) {
        exact.put(indices.get(i).getAsLong(), values.get(i).getAsDouble());
      }
    }
    String overflows = "differs_from_float64_in_finiteness";
    return new RecordedOutput(
        ConformanceCase.string(json, "role"),
        folder.resolve(ConformanceCase.string(json, "file")),
        ConformanceCase.required(json, "rtol").getAsDouble(),
        ConformanceCase.required(json, "atol").getAsDouble(),
        json.has(overflows) ? json.get(overflows).getAsLong() : 0,
        exact);
  }
}
