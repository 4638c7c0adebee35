// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import io.github.loss4j.cli.Verdict.Failure;
import io.github.loss4j.io.InvalidFileException;
import io.github.loss4j.io.NpyFile;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs conformance cases on several backends and judges what they return. */
final class ConformanceRun {
  private final Map<String, LossSession> sessions;
  private final boolean sameBits;

  /**
   * A run.
   *
   * @param sessions in order, by the names that failures should show
   * @param sameBits whether all must return the bits of the first
   */
  ConformanceRun(Map<String, LossSession> sessions, boolean sameBits) {
    this.sessions = new LinkedHashMap<>(sessions);
    this.sameBits = sameBits;
  }

  /** Runs one case on every backend. */
  Verdict judge(ConformanceCase wanted) throws InvalidFileException {
    if (!CaseComputation.implemented(wanted.op())) {
      return new Verdict.Skipped(wanted.op(), "the operation is not implemented");
    }
    String accepted = AcceptedInputs.reason(wanted.name());
    if (accepted != null) {
      return new Verdict.Skipped(wanted.name(), accepted);
    }
    try (Arena arena = Arena.ofShared()) {
      return judge(wanted, wanted.read(arena), arena);
    }
  }

  /** Outputs, and the name of the backend that they come from. */
  private record Computed(String backend, Map<String, Tensor> outputs) {}

  /** A case passes if it does on every backend; one that a backend does not serve cannot. */
  private Verdict judge(ConformanceCase wanted, Map<String, Tensor> inputs, Arena arena)
      throws InvalidFileException {
    List<Failure> failures = new ArrayList<>();
    Verdict notServed = null;
    Computed first = null;
    for (Map.Entry<String, LossSession> session : sessions.entrySet()) {
      String backend = session.getKey();
      CaseOutcome outcome = CaseOutcome.of(wanted, inputs, session.getValue());
      switch (outcome) {
        case CaseOutcome.NotServed(String message) ->
            notServed = new Verdict.Skipped("on " + backend, message);
        case CaseOutcome.Result(Map<String, Tensor> outputs) when !wanted.refused() -> {
          Computed computed = new Computed(backend, outputs);
          for (RecordedOutput recorded : wanted.outputs()) {
            failures.addAll(compare(wanted, recorded, computed, first, arena));
          }
          first = first == null ? computed : first;
        }
        case CaseOutcome.Refusal refusal when wanted.refused() -> {}
        default -> failures.add(unexpected(wanted, backend, outcome));
      }
    }
    if (!failures.isEmpty()) {
      return new Verdict.Failed(failures);
    }
    return notServed == null ? new Verdict.Passed() : notServed;
  }

  private static Failure unexpected(ConformanceCase wanted, String backend, CaseOutcome outcome) {
    String want = wanted.refused() ? "a refusal" : "a result";
    return new Failure(wanted.name(), backend, null, null, outcome.inWords(), want);
  }

  /** Compares one output with what was recorded and, if bits matter, with the first backend's. */
  private List<Failure> compare(
      ConformanceCase wanted,
      RecordedOutput recorded,
      Computed computed,
      @Nullable Computed first,
      Arena arena)
      throws InvalidFileException {
    String role = recorded.role();
    Tensor got = output(computed, role);
    Tensor want = NpyFile.read(recorded.file(), arena);
    List<Failure> failures = new ArrayList<>();
    Comparison.withRecorded(recorded, got, want)
        .map(difference -> failure(wanted, computed.backend(), role, difference, ""))
        .ifPresent(failures::add);
    if (sameBits && first != null) {
      String asOnFirst = " as on " + first.backend();
      Comparison.bits(got, output(first, role))
          .map(difference -> failure(wanted, computed.backend(), role, difference, asOnFirst))
          .ifPresent(failures::add);
    }
    return failures;
  }

  private static Tensor output(Computed computed, String role) {
    Tensor output = computed.outputs().get(role);
    if (output == null) {
      throw new IllegalArgumentException("nothing computes an output of the role " + role);
    }
    return output;
  }

  private static Failure failure(
      ConformanceCase wanted, String backend, String role, Difference at, String suffix) {
    return new Failure(wanted.name(), backend, role, at.index(), at.got(), at.want() + suffix);
  }
}
