// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

/** {@link Metric#ACCURACY}: how many rows are right. */
final class Correct implements Tally {
  private long count;
  private long correct;

  @Override
  public void add(RowBatch rows) {
    count += rows.counted();
    correct += rows.correct();
  }

  @Override
  public void merge(Tally other) {
    Correct counts = (Correct) other;
    count += counts.count;
    correct += counts.correct;
  }

  @Override
  public void exchange(TotalsForm form) {
    count = form.count("count", count);
    correct = form.count("correct", correct);
  }

  double share() {
    return (double) correct / count;
  }
}
