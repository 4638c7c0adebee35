// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.cli.Verdict.Failed;
import io.github.loss4j.cli.Verdict.Failure;
import io.github.loss4j.cli.Verdict.Passed;
import io.github.loss4j.cli.Verdict.Skipped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code loss4j verify} found; it counts cases.
 *
 * @param devices the device of each backend, by the name the user gave
 * @param sameBits whether the backends had to return the same bits
 */
record VerifyReport(
    Map<String, String> devices,
    boolean sameBits,
    int passed,
    int failed,
    int skipped,
    List<Failure> failures,
    List<Skip> skips) {

  /** Cases that were not run for the same reason. */
  record Skip(String subject, String reason, int cases) {}

  static VerifyReport of(Map<String, String> devices, boolean sameBits, List<Verdict> verdicts) {
    int passed = 0;
    int failed = 0;
    List<Failure> failures = new ArrayList<>();
    Map<Skipped, Integer> skips = new LinkedHashMap<>();
    for (Verdict verdict : verdicts) {
      switch (verdict) {
        case Passed() -> passed++;
        case Failed(List<Failure> found) -> {
          failed++;
          failures.addAll(found);
        }
        case Skipped skip -> skips.merge(skip, 1, Integer::sum);
      }
    }
    return new VerifyReport(
        devices,
        sameBits,
        passed,
        failed,
        verdicts.size() - passed - failed,
        failures,
        skips.entrySet().stream()
            .map(skip -> new Skip(skip.getKey().subject(), skip.getKey().reason(), skip.getValue()))
            .toList());
  }

  /** The report for a person; the last line counts. */
  String text() {
    List<String> lines = new ArrayList<>();
    devices.forEach((backend, device) -> lines.add(backend + " is " + device));
    failures.forEach(failure -> lines.add(failure.toString()));
    for (Skip skip : skips) {
      lines.add(
          "skipped %s%s: %s"
              .formatted(
                  skip.subject(),
                  skip.cases() == 1 ? "" : " (%d cases)".formatted(skip.cases()),
                  skip.reason()));
    }
    lines.add("%d passed, %d failed, %d skipped".formatted(passed, failed, skipped));
    return String.join(System.lineSeparator(), lines);
  }
}
