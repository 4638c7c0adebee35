// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.DType;
import io.github.loss4j.cli.BenchInputs;
import io.github.loss4j.cli.BenchOperation;
import io.github.loss4j.cli.BenchShape;
import io.github.loss4j.cli.Median;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times peers in turns on the same memory, so that a machine which is slow for a moment is slow for
 * all of them.
 *
 * @param warmUpSeconds each computes before it is timed until its calls have not become faster for
 *     so long
 * @param seconds how long the rounds of one measurement may take together, if they are enough
 */
record Interleaved(double warmUpSeconds, double seconds) {
  /** Enough that a median outlasts the seconds for which a shared machine's memory is slow. */
  private static final int FEWEST_ROUNDS = 7;

  private static final int MOST_ROUNDS = 25;

  /** Calls that are shorter than this are timed several at a time. */
  private static final double SHORTEST = 0.5e-3;

  /** What is not faster than so much of the time before is not faster. */
  private static final double FASTER = 0.97;

  /** Of this are the times in the warm-up the means, as that of a short call may be chance. */
  private static final double MEAN_OF_SECONDS = 0.1;

  /** What the losses of one input may differ by, relative to them. */
  private static final double TOLERANCE = 1e-3;

  /** libtorch rounds a BF16 loss to BF16. */
  private static final double TOLERANCE_OF_16_BITS = 1e-2;

  private static final class Runner {
    final String label;
    final Peer.Computation computation;
    final List<Double> times = new ArrayList<>();
    int calls = 1;

    Runner(String label, Peer.Computation computation) {
      this.label = label;
      this.computation = computation;
    }

    /** Returns the loss. */
    double warmUp(double seconds) {
      double loss;
      double least = Double.POSITIVE_INFINITY;
      double settled = 0;
      long start = System.nanoTime();
      do {
        long from = System.nanoTime();
        long done = 0;
        do {
          loss = computation.compute();
          done++;
        } while (System.nanoTime() - from < MEAN_OF_SECONDS * 1e9);
        double mean = (System.nanoTime() - from) / 1e9 / done;
        if (mean < FASTER * least) {
          settled = (System.nanoTime() - start) / 1e9;
          least = mean;
        }
      } while ((System.nanoTime() - start) / 1e9 - settled < seconds);
      calls = (int) Math.max(1, Math.round(SHORTEST / least));
      return loss;
    }

    void time() {
      IdleThreads.await();
      long start = System.nanoTime();
      for (int call = 0; call < calls; call++) {
        computation.compute();
      }
      times.add((System.nanoTime() - start) / 1e9 / calls);
    }
  }

  /** Measures those of the peers that have the operation; their losses must agree. */
  Measurement measure(
      List<Peer> peers, BenchOperation operation, boolean backward, DType dtype, BenchShape shape) {
    try (Arena arena = Arena.ofShared()) {
      BenchInputs inputs = BenchInputs.allocate(arena, operation, backward, dtype, shape);
      List<Runner> runners =
          peers.stream()
              .filter(peer -> peer.takes(inputs))
              .map(peer -> new Runner(peer.label(), peer.prepare(inputs)))
              .toList();
      warmUp(runners, dtype, shape);
      List<Runner> order = new ArrayList<>(runners);
      long start = System.nanoTime();
      for (int round = 0; round < MOST_ROUNDS; round++) {
        if (round >= FEWEST_ROUNDS && System.nanoTime() - start > seconds * 1e9) {
          break;
        }
        order.forEach(Runner::time);
        Collections.rotate(order, 1);
      }
      Map<String, Double> medians = new LinkedHashMap<>();
      for (Runner runner : runners) {
        medians.put(runner.label, Median.of(runner.times));
        runner.computation.close();
      }
      return new Measurement(
          operation.label(), backward, dtype.name(), shape.toString(), inputs.bytes(), medians);
    }
  }

  /** Fails if one computes another loss. */
  private void warmUp(List<Runner> runners, DType dtype, BenchShape shape) {
    double tolerance = dtype.bytes() < Float.BYTES ? TOLERANCE_OF_16_BITS : TOLERANCE;
    double expected = Double.NaN;
    for (Runner runner : runners) {
      double loss = runner.warmUp(warmUpSeconds);
      if (Double.isNaN(expected)) {
        expected = loss;
      } else if (Math.abs(loss - expected) > tolerance * Math.abs(expected)) {
        throw new IllegalStateException(
            "%s computes %s for %s %s, another peer %s"
                .formatted(runner.label, loss, dtype, shape, expected));
      }
    }
  }
}
