// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.LossResult;
import io.github.loss4j.RowStatistic;
import io.github.loss4j.Tensor;
import io.github.loss4j.eval.Evaluation;
import io.github.loss4j.eval.EvaluationListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The rows of a partition in their order, with the negative log-likelihood as one more column. As
 * many rows as make a batch are held at a time.
 */
final class RowsWithNll implements Iterator<Row>, EvaluationListener {
  private final Iterator<Row> rows;
  private final int[] columns;
  private final RowReader reader;
  private final Evaluation evaluation;
  private final int partition = TaskContext.getPartitionId();
  private final Deque<Row> waiting = new ArrayDeque<>();
  private final Deque<Row> done = new ArrayDeque<>();
  private long appended;

  /**
   * Nothing is read before the first row is asked for.
   *
   * @param columns which column of the rows is at which position of {@link Columns}
   */
  RowsWithNll(Iterator<Row> rows, int[] columns, PartitionWork work) {
    this.rows = rows;
    this.columns = columns;
    this.reader = work.reader();
    this.evaluation = work.evaluation(this);
  }

  @Override
  public boolean hasNext() {
    while (done.isEmpty() && rows.hasNext()) {
      Row row = rows.next();
      waiting.add(row);
      reader.append(new RowCells(row, columns), partition, appended, evaluation);
      appended++;
    }
    if (done.isEmpty() && !waiting.isEmpty()) {
      evaluation.finish();
    }
    return !done.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return done.remove();
  }

  @Override
  public void evaluated(LossResult batch) {
    Tensor nll = batch.statistics().get(RowStatistic.NLL);
    Tensor values = nll == null ? batch.loss() : nll;
    for (long i = 0; i < values.size(); i++) {
      Row row = waiting.remove();
      Object[] cells = new Object[row.size() + 1];
      for (int column = 0; column < row.size(); column++) {
        cells[column] = row.get(column);
      }
      cells[row.size()] = values.getDouble(i);
      done.add(RowFactory.create(cells));
    }
  }
}
