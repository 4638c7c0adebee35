// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/**
 * Exact totals over rows, or over the elements of an {@link ElementLoss}, which count as rows of
 * their own. Merging is exact too, so totals do not depend on how the rows were divided into
 * batches or in which order the batches are merged. Not safe for use by several threads.
 */
public final class LossTotals {
  private final Reduction reduction;
  private final boolean smoothed;
  private final ExactSum sum = new ExactSum();
  private final ExactSum weight = new ExactSum();
  private long rows;
  private long ignored;
  private long correct;
  private boolean correctCounted;

  /**
   * Totals over no rows.
   *
   * @param loss the loss whose totals they are
   */
  public LossTotals(Loss loss) {
    reduction = loss.reduction();
    smoothed = loss instanceof CrossEntropyLoss crossEntropy && crossEntropy.labelSmoothing() > 0;
  }

  /**
   * Adds the losses of rows.
   *
   * @param losses one per row; that of an ignored row is 0
   */
  public void addLosses(Tensor losses) {
    sum.add(losses);
    rows += losses.size();
  }

  /**
   * Adds losses of rows that have been summed.
   *
   * @param losses their sum
   * @param count how many rows they are of
   */
  public void addLosses(ExactSum losses, long count) {
    sum.merge(losses);
    rows += count;
  }

  /**
   * Adds the weight of one row that counts towards the mean's denominator.
   *
   * @param rowWeight the class weight of its label, 1 without weights
   */
  public void addWeight(double rowWeight) {
    weight.add(rowWeight);
  }

  /**
   * Adds a weight that several rows share.
   *
   * @param rowWeight the weight of each
   * @param count how many
   */
  public void addWeight(double rowWeight, long count) {
    weight.add(rowWeight, count);
  }

  /**
   * Counts ignored rows.
   *
   * @param count how many more
   */
  public void addIgnored(long count) {
    ignored += count;
  }

  /**
   * Counts rows whose target has the largest logit.
   *
   * @param count how many more
   */
  public void addCorrect(long count) {
    correct += count;
    correctCounted = true;
  }

  /**
   * Adds the totals of other rows.
   *
   * @param other totals of the same reduction, with smoothing or without as these
   * @throws InvalidInputException if they are of another kind, or if correct rows were counted in
   *     only one of them
   */
  public void merge(LossTotals other) {
    if (reduction != other.reduction || smoothed != other.smoothed) {
      throw new InvalidInputException(
          "totals of reduction %s, smoothed %s, do not merge with those of %s, smoothed %s"
              .formatted(reduction, smoothed, other.reduction, other.smoothed));
    }
    if (rows > 0 && other.rows > 0 && correctCounted != other.correctCounted) {
      throw new InvalidInputException(
          "correct rows were counted in only one of two totals; request accuracy for both");
    }
    correctCounted |= other.correctCounted;
    sum.merge(other.sum);
    weight.merge(other.weight);
    rows += other.rows;
    ignored += other.ignored;
    correct += other.correct;
  }

  /**
   * The loss over all rows: the mean for {@link Reduction#MEAN} and {@link Reduction#BATCHMEAN},
   * else the sum.
   *
   * @return the exact sum rounded once, for a mean divided once; NaN for a mean over nothing
   */
  public double value() {
    return isMean() ? mean() : sum();
  }

  /**
   * The sum of the losses.
   *
   * @return the exact sum, rounded once
   */
  public double sum() {
    return sum.value();
  }

  /**
   * The sum of the losses over the sum of the weights.
   *
   * @return NaN if there is no row that counts
   */
  public double mean() {
    return sum.value() / divisor();
  }

  /**
   * What {@link #mean()} divides by, and the gradient of the mean. PyTorch takes the means of the
   * two parts of a smoothed loss apart, so that one of them is 0 / 0 where the weights' sum is 0.
   *
   * @return {@link #weight()}; NaN if it is 0 and the losses have label smoothing
   */
  public double divisor() {
    double total = weight.value();
    return smoothed && total == 0 ? Double.NaN : total;
  }

  /**
   * What the gradient of {@link #value()} is divided by.
   *
   * @return {@link #divisor()} for a mean, else 1
   */
  public double gradientDivisor() {
    return isMean() ? divisor() : 1;
  }

  private boolean isMean() {
    return reduction == Reduction.MEAN || reduction == Reduction.BATCHMEAN;
  }

  /**
   * The denominator of the mean.
   *
   * @return the exact sum of the rows' weights, rounded once; the number of rows that count if
   *     there are no weights
   */
  public double weight() {
    return weight.value();
  }

  /**
   * Adds the sums, not rounded, to sums of the caller's.
   *
   * @param losses what {@link #sum()} rounds is added to it
   * @param weights what {@link #weight()} rounds is added to it
   */
  public void addSumsTo(ExactSum losses, ExactSum weights) {
    losses.merge(sum);
    weights.merge(weight);
  }

  /**
   * The number of rows.
   *
   * @return all rows, the ignored ones too
   */
  public long rows() {
    return rows;
  }

  /**
   * The number of ignored rows.
   *
   * @return how many rows had the label that is ignored
   */
  public long ignored() {
    return ignored;
  }

  /**
   * The number of rows whose target has the largest logit, the first of the largest if there are
   * several; 0 unless {@link Request#withAccuracy()} asked for it.
   *
   * @return how many of the rows that are not ignored
   */
  public long correct() {
    return correct;
  }

  /**
   * The share of rows whose target has the largest logit.
   *
   * @return from 0 to 1 over the rows that are not ignored; NaN if there is none, or unless {@link
   *     Request#withAccuracy()} asked for it
   */
  public double accuracy() {
    return correctCounted ? (double) correct / (rows - ignored) : Double.NaN;
  }
}
