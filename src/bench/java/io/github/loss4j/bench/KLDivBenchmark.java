// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.cli.BenchOperation;

/** Kullback-Leibler divergence. */
public class KLDivBenchmark extends LossBenchmark {
  /** For JMH. */
  public KLDivBenchmark() {
    super(BenchOperation.KL_DIV);
  }
}
