// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.cli.BenchOperation;

/** Log-softmax along the classes. */
public class LogSoftmaxBenchmark extends LossBenchmark {
  /** For JMH. */
  public LogSoftmaxBenchmark() {
    super(BenchOperation.LOG_SOFTMAX);
  }
}
