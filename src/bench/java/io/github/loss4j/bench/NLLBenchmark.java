// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.cli.BenchOperation;

/** The losses of log-probabilities. */
public class NLLBenchmark extends LossBenchmark {
  /** For JMH. */
  public NLLBenchmark() {
    super(BenchOperation.NLL);
  }
}
