// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What is computed of a block, one loop after the other. C2 compiles a call that has many targets
 * apart from its caller: loops that it sees together are too much for it, and it would keep their
 * vectors on the heap.
 */
final class FloatVectorStages {
  private Runnable[] stages = {};

  void add(Runnable stage) {
    stages = Arrays.copyOf(stages, stages.length + 1);
    stages[stages.length - 1] = stage;
  }

  /**
   * Computes a stage apart from whatever calls this, though that has just made the stage: C2 takes
   * what is read opaquely for any stage.
   */
  static void runAlone(Runnable stage) {
    new AtomicReference<>(stage).getOpaque().run();
  }

  void run() {
    for (Runnable stage : stages) {
      stage.run();
    }
  }
}
