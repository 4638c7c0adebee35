// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import com.google.gson.JsonElement;
import io.github.loss4j.DType;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import io.github.loss4j.exact.ExactSession;
import io.github.loss4j.exact.Ulps;
import io.github.loss4j.exact.Wide;
import io.github.loss4j.io.InvalidFileException;
import io.github.loss4j.io.NpyFile;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The largest errors in one recorded output of float32, ours and PyTorch's, over the entries where
 * the exact value and PyTorch's are finite.
 *
 * @param test the name of the case
 * @param operation what is computed, and of which kind of targets
 * @param role which output
 * @param ours our largest error, in units in the last place of the largest exact value
 * @param torch PyTorch's, in the same unit
 */
record OutputErrors(String test, String operation, String role, double ours, double torch) {

  /** How much larger ours is. */
  double excess() {
    return ours - torch;
  }

  /** Those of all outputs of a case that can be compared. */
  static List<OutputErrors> of(ConformanceCase one, LossSession session)
      throws InvalidFileException {
    List<OutputErrors> errors = new ArrayList<>();
    try (Arena arena = Arena.ofShared();
        ExactSession exact = new ExactSession()) {
      Map<String, Tensor> inputs = one.read(arena);
      if (inputs.get("input").dtype() != DType.F32) {
        return errors;
      }
      Map<String, Tensor> ours = CaseComputation.outputs(one, inputs, session);
      Map<String, Tensor> exactly = CaseComputation.outputs(one, inputs, exact);
      for (RecordedOutput recorded : one.outputs()) {
        Tensor torch = NpyFile.read(recorded.file(), arena);
        Tensor our = ours.get(recorded.role());
        if (torch.dtype() == DType.F32 && our.dtype() == DType.F32) {
          List<Wide> values = exact.exactly(exactly.get(recorded.role()));
          errors.addAll(compare(one, recorded.role(), our, torch, values));
        }
      }
    }
    return errors;
  }

  private static List<OutputErrors> compare(
      ConformanceCase one, String role, Tensor our, Tensor torch, List<Wide> exact) {
    double largest = 0;
    double ours = 0;
    double torchs = 0;
    int compared = 0;
    for (int i = 0; i < exact.size(); i++) {
      Wide value = exact.get(i);
      if (Ulps.isFinite(value, DType.F32) && Double.isFinite(torch.getDouble(i))) {
        largest = Math.max(largest, Math.abs(value.toDouble()));
        ours = Math.max(ours, Ulps.distance(our.getDouble(i), value));
        torchs = Math.max(torchs, Ulps.distance(torch.getDouble(i), value));
        compared++;
      }
    }
    if (compared == 0) {
      return List.of();
    }
    double unit = Ulps.unit(largest, DType.F32);
    return List.of(new OutputErrors(one.name(), operation(one), role, ours / unit, torchs / unit));
  }

  private static String operation(ConformanceCase one) {
    JsonElement kind = one.attributes().get("target_kind");
    return kind == null ? one.op() : one.op() + ", " + kind.getAsString();
  }
}
