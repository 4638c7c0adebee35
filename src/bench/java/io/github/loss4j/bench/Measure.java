// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Measures one {@link Run}, in a JVM of its own: {@code Measure RUN OUT.json MOST_BYTES WARM_UP
 * SECONDS CASES}.
 */
final class Measure {
  private Measure() {}

  /**
   * Measures the cases, and keeps what was measured.
   *
   * @param args the run, the file, the most bytes of an input, seconds before and of each, and a
   *     regular expression that is found in the cases to measure
   * @throws IOException if the file cannot be written
   */
  public static void main(String[] args) throws IOException {
    Run run = Run.valueOf(args[0]);
    Interleaved interleaved =
        new Interleaved(Double.parseDouble(args[3]), Double.parseDouble(args[4]));
    List<Peer> peers = run.peers();
    KeptMeasurements kept = new KeptMeasurements(Path.of(args[1]));
    List<Run.Case> cases = run.cases(Long.parseLong(args[2]));
    List<String> labels = cases.stream().map(Run.Case::toString).toList();
    Predicate<String> chosen = Pattern.compile(args[5]).asPredicate();
    for (Run.Case c : cases) {
      if (chosen.test(c.toString())) {
        Measurement measured =
            interleaved.measure(peers, c.operation(), c.backward(), c.dtype(), c.shape());
        report(System.err, run, measured);
        kept.put(measured, labels);
      }
    }
    peers.forEach(Peer::close);
  }

  /** A run takes minutes; who waits sees how far it is. */
  private static void report(PrintStream out, Run run, Measurement measured) {
    StringBuilder line = new StringBuilder();
    measured
        .seconds()
        .forEach(
            (label, seconds) ->
                line.append(String.format(Locale.ROOT, "  %s %.6f", label, seconds)));
    out.println(run + " " + measured.label() + line);
  }
}
