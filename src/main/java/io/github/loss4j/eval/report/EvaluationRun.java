// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import io.github.loss4j.InvalidInputException;
import java.time.Instant;
import java.util.List;

/**
 * What a report says of an evaluation beside its totals: of what, where, how fast, and how to do it
 * again. All texts may be anything: the page shows them as they are.
 *
 * @param title the heading of the page
 * @param inputs the files that were evaluated
 * @param backend what computed; empty if that makes no sense, as for totals that were merged
 * @param device which device; empty likewise
 * @param seconds what it took; NaN if it was not measured
 * @param rowsPerSecond NaN likewise
 * @param gbPerSecond 10<sup>9</sup> bytes of logits per second; NaN likewise
 * @param textBytes the size of the text that all rows together are of, for bits per byte; 0 if the
 *     rows are of no text or its size is not known
 * @param command the words of a command line that does it again, not quoted; none if there is none
 * @param version of loss4j
 * @param time when
 */
public record EvaluationRun(
    String title,
    List<String> inputs,
    String backend,
    String device,
    double seconds,
    double rowsPerSecond,
    double gbPerSecond,
    long textBytes,
    List<String> command,
    String version,
    Instant time) {

  /** Keeps lists of its own. */
  public EvaluationRun {
    if (textBytes < 0) {
      throw new InvalidInputException("text has a number of bytes, not " + textBytes);
    }
    inputs = List.copyOf(inputs);
    command = List.copyOf(command);
  }
}
