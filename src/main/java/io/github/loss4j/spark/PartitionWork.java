// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.eval.Evaluation;
import io.github.loss4j.eval.EvaluationListener;
import io.github.loss4j.eval.EvaluationOptions;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * What a task does with its partition, as it is sent there.
 *
 * @param loss what is evaluated
 * @param options what to keep of the rows
 * @param backend where to compute, as {@link LossEvaluation#backend} takes it
 * @param reader what reads the rows
 */
record PartitionWork(SentLoss loss, EvaluationOptions options, String backend, RowReader reader)
    implements Serializable {

  /** The totals over the rows of a partition as bytes; none if it has no rows. */
  Iterator<byte[]> totals(Iterator<InternalRow> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    Evaluation evaluation = evaluation(EvaluationListener.NONE);
    int partition = TaskContext.getPartitionId();
    for (long row = 0; rows.hasNext(); row++) {
      reader.append(new InternalCells(rows.next()), partition, row, evaluation);
    }
    return List.of(evaluation.finish().toBytes()).iterator();
  }

  Evaluation evaluation(EvaluationListener listener) {
    return new Evaluation(
        ExecutorSessions.get(backend), loss.loss(), reader.classes(), options, listener);
  }
}
