// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LossSession;
import io.github.loss4j.NotServedException;
import io.github.loss4j.Tensor;
import java.util.Map;

/** What a backend made of a conformance case. */
sealed interface CaseOutcome {

  /** Tensors by role. */
  record Result(Map<String, Tensor> outputs) implements CaseOutcome {}

  /** The inputs are invalid, says loss4j. */
  record Refusal(String message) implements CaseOutcome {}

  /** The backend does not compute it. */
  record NotServed(String message) implements CaseOutcome {}

  /** Something went wrong that should not. */
  record Breakdown(String message) implements CaseOutcome {}

  static CaseOutcome of(ConformanceCase wanted, Map<String, Tensor> inputs, LossSession session) {
    try {
      return new Result(CaseComputation.outputs(wanted, inputs, session));
    } catch (InvalidInputException e) {
      return new Refusal(FailureLine.of(e));
    } catch (NotServedException e) {
      return new NotServed(FailureLine.of(e));
    } catch (RuntimeException e) {
      // One case that breaks a driver must not hide the verdict on the others.
      return new Breakdown(FailureLine.of(e));
    }
  }

  /** As a line of {@code loss4j verify} names it. */
  default String inWords() {
    return switch (this) {
      case Result(Map<String, Tensor> outputs) -> "a result";
      case Refusal(String message) -> "a refusal (" + message + ")";
      case NotServed(String message) -> message;
      case Breakdown(String message) -> message;
    };
  }
}
