// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.Loss;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.LossTotals;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import java.io.IOException;
import java.util.Arrays;

/**
 * Evaluates tensors that may be larger than memory, such as mapped files, in batches: ranges of the
 * first axis. Totals merge exactly, so the result does not depend on the size of the batches.
 */
final class Evaluation {
  /** Enough to keep every core or a GPU busy, little enough to fit beside others in its memory. */
  private static final long BATCH_BYTES = 64L << 20;

  private static final double NANOS_PER_SECOND = 1e9;

  /** Who wants the losses of each batch, in the order of the rows. */
  interface Listener {
    void evaluated(LossResult batch) throws IOException;
  }

  private final LossSession session;
  private final Loss loss;
  private final Listener listener;
  private final LossTotals totals;
  private String backend;
  private String device;
  private long nanos;

  /**
   * An evaluation of nothing yet.
   *
   * @param loss of reduction NONE
   */
  Evaluation(LossSession session, Loss loss, Listener listener) {
    this.session = session;
    this.loss = loss;
    this.listener = listener;
    this.totals = new LossTotals(loss);
    this.backend = session.backend();
    this.device = session.device();
  }

  /** Evaluates all rows of tensors of any size. */
  void add(Tensor logits, Tensor targets) throws IOException {
    if (!divisible(logits, targets)) {
      addBatch(logits, targets);
      return;
    }
    long bytesPerIndex = logits.memory().byteSize() / logits.extent(0);
    long most = Math.max(1, BATCH_BYTES / bytesPerIndex);
    for (long from = 0; from < logits.extent(0); from += most) {
      long count = Math.min(most, logits.extent(0) - from);
      addBatch(logits.slice(from, count), targets.slice(from, count));
    }
  }

  /**
   * Whether there is a first axis to divide. Types and shapes that a session refuses are not
   * divided either: its refusal then names the shapes that the caller knows.
   */
  private static boolean divisible(Tensor logits, Tensor targets) {
    return logits.rank() > 1
        && logits.size() > 0
        && logits.dtype().isFloating()
        && (Arrays.equals(targets.shape(), logits.shape())
            || Arrays.equals(targets.shape(), ClassLoss.rowShape(logits)));
  }

  private void addBatch(Tensor logits, Tensor targets) throws IOException {
    Request request = Request.LOSS.withFirstRow(totals.rows());
    if (!targets.dtype().isFloating()) {
      request = request.withAccuracy();
    }
    long start = System.nanoTime();
    LossResult batch = session.evaluate(loss, logits, targets, request);
    totals.merge(batch.totals());
    nanos += System.nanoTime() - start;
    backend = batch.backend();
    device = batch.device();
    listener.evaluated(batch);
  }

  LossTotals totals() {
    return totals;
  }

  /** The backend that computed: the session's, or the one it turned to for a type it lacks. */
  String backend() {
    return backend;
  }

  String device() {
    return device;
  }

  /** What computing took, without the listener's own work. */
  double seconds() {
    return nanos / NANOS_PER_SECOND;
  }
}
