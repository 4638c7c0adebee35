// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.Normalize;

/** What {@link NormalizeRow} does, for blocks of rows that lie in the lanes of vectors. */
final class NormalizeBlocks extends RowBlocks {
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;

  private final boolean logarithm;
  private final FloatSoftmaxBlock block;
  private final SoftmaxColumns softmax;
  private final ColumnTransfer destination;
  private final float[] tied = new float[LENGTH];
  private final FloatVectorStages stages = new FloatVectorStages();

  private NormalizeBlocks(Normalize task, FloatArithmetic arithmetic) {
    super(task.rows(), LENGTH, () -> new NormalizeRow(task, arithmetic));
    logarithm = task.logarithm();
    block = new FloatSoftmaxBlock(arithmetic, LENGTH);
    softmax = new SoftmaxColumns(task.input(), task.rows(), block, null);
    destination = new ColumnTransfer(task.output(), task.rows());
    FloatColumns columns = softmax.columns();
    if (logarithm) {
      columns.addLogProbabilities(
          stages, block.references(), block.nll().heads(), columns.elements());
    } else {
      stages.add(() -> FloatVectorDoubleWord.round(block.ofTies(), tied, LENGTH));
      columns.addPush(
          stages,
          block.references(),
          block.inverse(),
          block.totalExponents(),
          tied,
          columns.elements());
    }
  }

  /** The task of rows in blocks if they can be done so, else row by row. */
  static RowTask of(Normalize task, FloatArithmetic arithmetic) {
    return Layout.of(task.rows()) == Layout.IN_LANES
        ? new NormalizeBlocks(task, arithmetic)
        : new NormalizeRow(task, arithmetic);
  }

  @Override
  void computeBlock(long first, int count) {
    softmax.read(first, count);
    softmax.sum(count, true);
    block.computeNll();
    if (!logarithm) {
      block.computeShares();
    }
    stages.run();
    destination.write(first, count, softmax.columns().elements(), softmax.ordinary());
    computeOthers(softmax.ordinary(), first, count);
  }
}
