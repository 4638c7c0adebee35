// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import java.util.ArrayList;
import java.util.List;

/**
 * What is computed of a block, one loop after the other. C2 compiles a call that has many targets
 * apart from its caller: loops that it sees together are too much for it, and it would keep their
 * vectors on the heap.
 */
final class FloatVectorStages {
  private final List<Runnable> stages = new ArrayList<>();

  void add(Runnable stage) {
    stages.add(stage);
  }

  /** Computes a stage apart from whatever calls this. */
  static void runAlone(Runnable stage) {
    stage.run();
  }

  void run() {
    for (Runnable stage : stages) {
      runAlone(stage);
    }
  }
}
