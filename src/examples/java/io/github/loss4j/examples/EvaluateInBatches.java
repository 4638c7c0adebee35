// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.LossTotals;
import io.github.loss4j.Tensor;
import io.github.loss4j.io.InvalidFileException;
import io.github.loss4j.io.TensorFiles;
import java.lang.foreign.Arena;

/**
 * The mean loss over files of any size, in batches whose totals merge: what {@code loss4j eval}
 * does.
 */
public final class EvaluateInBatches {
  private EvaluateInBatches() {}

  /** Takes a file of logits, a file of labels and the number of rows of a batch. */
  public static void main(String[] args) throws InvalidFileException {
    if (args.length != 3) {
      System.err.println("usage: EvaluateInBatches LOGITS LABELS BATCH");
      System.exit(2);
    }
    System.out.println("mean " + mean(args[0], args[1], Long.parseLong(args[2])));
  }

  // @start region="batches"
  static double mean(String logitsFile, String labelsFile, long batch) throws InvalidFileException {
    try (Arena arena = Arena.ofShared(); // unmaps the files
        LossSession session = LossBackend.auto().open()) {
      Tensor logits = TensorFiles.read(logitsFile, arena);
      Tensor labels = TensorFiles.read(labelsFile, arena);
      CrossEntropyLoss loss = new CrossEntropyLoss();
      LossTotals totals = new LossTotals(loss);
      for (long row = 0; row < logits.extent(0); row += batch) {
        long rows = Math.min(batch, logits.extent(0) - row);
        totals.merge(
            session.evaluate(loss, logits.slice(row, rows), labels.slice(row, rows)).totals());
      }
      return totals.mean(); // to the last bit the same for every size of batch
    }
  }
  // @end
}
