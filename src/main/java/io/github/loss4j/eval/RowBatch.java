// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.LossResult;
import io.github.loss4j.LossTotals;
import io.github.loss4j.RowStatistic;
import io.github.loss4j.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** The rows of a batch with what was computed of them, a number each. */
final class RowBatch {
  private final IntToLongFunction indices;
  private final LossTotals totals;
  private final Tensor nll;
  private final @Nullable Tensor entropy;
  private final double[] losses;
  private final double @Nullable [] nlls;
  private final int @Nullable [] ranks;
  private final double @Nullable [] entropies;
  private final double @Nullable [] confidences;
  private final boolean @Nullable [] ignored;

  /**
   * The rows of a result.
   *
   * @param indices what the rows are called
   * @param labels of the rows; null for target probabilities, which ignore no row
   */
  RowBatch(
      LossResult result, IntToLongFunction indices, @Nullable Tensor labels, long ignoreIndex) {
    this.indices = indices;
    totals = result.totals();
    nll = result.statistics().getOrDefault(RowStatistic.NLL, result.loss());
    entropy = result.statistics().get(RowStatistic.ENTROPY);
    losses = result.loss().toDoubleArray();
    nlls = doubles(result, RowStatistic.NLL);
    confidences = doubles(result, RowStatistic.LARGEST_PROBABILITY);
    Tensor rank = result.statistics().get(RowStatistic.RANK);
    ranks = rank == null ? null : rank.memory().toArray(ValueLayout.JAVA_INT_UNALIGNED);
    ignored = result.totals().ignored() == 0 || labels == null ? null : equal(labels, ignoreIndex);
    entropies = ignored == null ? null : doubles(result, RowStatistic.ENTROPY);
  }

  private static double @Nullable [] doubles(LossResult result, RowStatistic statistic) {
    Tensor values = result.statistics().get(statistic);
    return values == null ? null : values.toDoubleArray();
  }

  private static boolean[] equal(Tensor labels, long label) {
    Tensor host = labels.toHost();
    boolean[] equal = new boolean[Math.toIntExact(labels.size())];
    for (int row = 0; row < equal.length; row++) {
      equal[row] = host.getLong(row) == label;
    }
    return equal;
  }

  int count() {
    return losses.length;
  }

  /** How many rows count. */
  long counted() {
    return totals.rows() - totals.ignored();
  }

  /** How many rows are right. */
  long correct() {
    return totals.correct();
  }

  LossTotals totals() {
    return totals;
  }

  /** The index of a row among all rows of the evaluation. */
  long index(int row) {
    return indices.applyAsLong(row);
  }

  /** Whether the row counts: whether its label is not the ignored one. */
  boolean counts(int row) {
    return ignored == null || !ignored[row];
  }

  double loss(int row) {
    return losses[row];
  }

  /** The negative log-likelihood: the loss itself if no other was asked for. */
  double nll(int row) {
    return nlls == null ? losses[row] : nlls[row];
  }

  /** The same of all rows, 0 for those that do not count. */
  Tensor nlls() {
    return nll;
  }

  int rank(int row) {
    return of(ranks, RowStatistic.RANK)[row];
  }

  /** For batches of which not all rows count; of others {@link #entropies()} has all. */
  double entropy(int row) {
    return of(entropies, RowStatistic.ENTROPY)[row];
  }

  /** The entropies of all rows if all of them count, else null. */
  @Nullable Tensor entropies() {
    return ignored == null ? entropy : null;
  }

  /** The largest probability. */
  double confidence(int row) {
    return of(confidences, RowStatistic.LARGEST_PROBABILITY)[row];
  }

  private static <T> T of(@Nullable T values, RowStatistic statistic) {
    if (values == null) {
      throw new IllegalStateException("the statistic " + statistic + " was not requested");
    }
    return values;
  }
}
