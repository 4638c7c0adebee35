// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import com.google.gson.annotations.SerializedName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a conformance case. */
sealed interface Verdict {

  /** Every output passed on every backend. */
  record Passed() implements Verdict {}

  /** At least one output did not. */
  record Failed(List<Failure> failures) implements Verdict {}

  /**
   * It was not run.
   *
   * @param subject what was skipped: the case, or its operation with all of that operation's cases
   */
  record Skipped(String subject, String reason) implements Verdict {}

  /**
   * One output of a case that does not pass on one backend.
   *
   * @param output the role of the output; null if the call as a whole went wrong
   * @param index the first differing entry; null if it is not about an entry
   */
  record Failure(
      @SerializedName("case") String caseName,
      String backend,
      @Nullable String output,
      @Nullable String index,
      String got,
      String want) {

    @Override
    public String toString() {
      return "FAILED %s on %s: %s%sgot %s, want %s"
          .formatted(
              caseName,
              backend,
              output == null ? "" : output,
              index == null ? (output == null ? "" : " ") : index + " ",
              got,
              want);
    }
  }
}
