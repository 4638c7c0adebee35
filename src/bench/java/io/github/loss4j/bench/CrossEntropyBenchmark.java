// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.cli.BenchOperation;

/** Cross-entropy of logits and labels; DJL and ONNX_RUNTIME have it too. */
public class CrossEntropyBenchmark extends LossBenchmark {
  /** For JMH. */
  public CrossEntropyBenchmark() {
    super(BenchOperation.CROSS_ENTROPY);
  }
}
