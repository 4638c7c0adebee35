// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.cli.BenchOperation;

/** Softmax along the classes. */
public class SoftmaxBenchmark extends LossBenchmark {
  /** For JMH. */
  public SoftmaxBenchmark() {
    super(BenchOperation.SOFTMAX);
  }
}
