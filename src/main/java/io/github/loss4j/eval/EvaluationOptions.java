// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.InvalidInputException;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an evaluation keeps of its rows. Totals merge only if these are equal.
 *
 * @param metrics what to tell beside loss, negative log-likelihood and perplexity
 * @param topK the k of the shares that {@link Metric#RANK} tells: ascending, from 1
 * @param calibrationBins into how many bins of equal width {@link Metric#CALIBRATION} divides the
 *     probabilities from 0 to 1, from 1 to 10000
 * @param worstRows how many rows {@link Metric#WORST_ROWS} keeps, from 1 to 10000
 * @param bootstrapReplicates how many means of drawn segments the standard error over segments is
 *     taken from, from 2 to 10000; 0 for no such error
 */
public record EvaluationOptions(
    Set<Metric> metrics,
    List<Integer> topK,
    int calibrationBins,
    int worstRows,
    int bootstrapReplicates)
    implements Serializable {

  private static final int MOST = 10_000;

  /** Loss, negative log-likelihood and perplexity; the defaults of all else. */
  public static final EvaluationOptions DEFAULT =
      new EvaluationOptions(Set.of(), List.of(1, 5), 15, 10, 200);

  /** Checks the ranges and keeps sets of its own. */
  public EvaluationOptions {
    metrics = Set.copyOf(metrics);
    topK = List.copyOf(new TreeSet<>(topK));
    if (!topK.isEmpty() && topK.getFirst() < 1) {
      throw new InvalidInputException(
          "topK must be of integers from 1, but has " + topK.getFirst());
    }
    inRange("calibrationBins", calibrationBins, 1);
    inRange("worstRows", worstRows, 1);
    if (bootstrapReplicates != 0) {
      inRange("bootstrapReplicates", bootstrapReplicates, 2);
    }
  }

  private static void inRange(String name, int value, int least) {
    if (value < least || value > MOST) {
      throw new InvalidInputException(
          "%s must be from %d to %d, but is %d".formatted(name, least, MOST, value));
    }
  }

  /**
   * The same options with other metrics.
   *
   * @param wanted which, in place of those that were wanted
   * @return new options
   */
  public EvaluationOptions withMetrics(Set<Metric> wanted) {
    return new EvaluationOptions(wanted, topK, calibrationBins, worstRows, bootstrapReplicates);
  }

  /**
   * The same options with other metrics.
   *
   * @param wanted which, in place of those that were wanted
   * @return new options
   */
  public EvaluationOptions withMetrics(Metric... wanted) {
    return withMetrics(Set.of(wanted));
  }

  /**
   * The same options with other shares of {@link Metric#RANK}.
   *
   * @param newTopK from 1, in any order
   * @return new options
   */
  public EvaluationOptions withTopK(List<Integer> newTopK) {
    return new EvaluationOptions(metrics, newTopK, calibrationBins, worstRows, bootstrapReplicates);
  }

  /**
   * The same options with another number of {@link Metric#CALIBRATION} bins.
   *
   * @param newCalibrationBins from 1 to 10000
   * @return new options
   */
  public EvaluationOptions withCalibrationBins(int newCalibrationBins) {
    return new EvaluationOptions(metrics, topK, newCalibrationBins, worstRows, bootstrapReplicates);
  }

  /**
   * The same options with another number of {@link Metric#WORST_ROWS}.
   *
   * @param newWorstRows from 1 to 10000
   * @return new options
   */
  public EvaluationOptions withWorstRows(int newWorstRows) {
    return new EvaluationOptions(metrics, topK, calibrationBins, newWorstRows, bootstrapReplicates);
  }

  /**
   * The same options with another number of bootstrap replicates.
   *
   * @param newBootstrapReplicates from 2 to 10000, or 0 for none
   * @return new options
   */
  public EvaluationOptions withBootstrapReplicates(int newBootstrapReplicates) {
    return new EvaluationOptions(metrics, topK, calibrationBins, worstRows, newBootstrapReplicates);
  }
}
