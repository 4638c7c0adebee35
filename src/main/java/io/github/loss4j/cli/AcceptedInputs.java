// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Conformance cases whose inputs PyTorch refuses and loss4j takes on purpose. They are not run, as
 * there is nothing to compare with.
 */
final class AcceptedInputs {
  private static final String ANY_INTEGER =
      "PyTorch takes int64 and uint8 labels; loss4j takes every integer type";

  private static final Map<String, String> REASONS =
      Map.of(
          "ce-5x3-mean-target_int8-ls0-f32", ANY_INTEGER,
          "ce-5x3-mean-target_int16-ls0-f32", ANY_INTEGER,
          "ce-5x3-mean-target_int16-ls0.1-f32", ANY_INTEGER,
          "ce-5x3-mean-target_int32-ls0-f32", ANY_INTEGER,
          "ce-5x3-mean-target_int32-ls0.1-f32", ANY_INTEGER,
          "nll-5x3-mean-target_int32-f32", ANY_INTEGER);

  private AcceptedInputs() {}

  /** Why a case is not run; null if it is. */
  static @Nullable String reason(String caseName) {
    return REASONS.get(caseName);
  }
}
