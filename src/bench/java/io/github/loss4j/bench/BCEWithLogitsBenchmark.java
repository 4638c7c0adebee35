// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.cli.BenchOperation;

/** Binary cross-entropy of logits. */
public class BCEWithLogitsBenchmark extends LossBenchmark {
  /** For JMH. */
  public BCEWithLogitsBenchmark() {
    super(BenchOperation.BCE_WITH_LOGITS);
  }
}
