// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.NormalizeGradient;
import io.github.loss4j.host.Rows;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What {@link NormalizeGradientRow} does, for blocks of rows that lie in the lanes of vectors. */
final class NormalizeGradientBlocks extends RowBlocks {
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;

  private final FloatSoftmaxBlock block;
  private final SoftmaxColumns softmax;
  private final @Nullable ColumnTransfer upstream;
  private final float[] g;
  private final ColumnTransfer destination;
  private final FloatVectorStages stages = new FloatVectorStages();

  private final FloatWords minusDots = new FloatWords(LENGTH);

  private NormalizeGradientBlocks(NormalizeGradient task, FloatArithmetic arithmetic) {
    super(task.rows(), LENGTH, () -> new NormalizeGradientRow(task, arithmetic));
    Rows rows = task.rows();
    block = new FloatSoftmaxBlock(arithmetic, LENGTH);
    softmax = new SoftmaxColumns(task.input(), rows, block, null);
    g = new float[rows.classes() * LENGTH];
    Arrays.fill(g, 1);
    upstream = task.upstream() == null ? null : new ColumnTransfer(task.upstream(), rows);
    destination = new ColumnTransfer(task.gradient(), rows);
    FloatColumns columns = softmax.columns();
    FloatColumnGradient gradient = new FloatColumnGradient(columns.elements(), block);
    FloatColumnDot dot = new FloatColumnDot(rows.classes());
    if (task.logarithm()) {
      addOfLogarithm(dot, gradient);
    } else {
      addOfProbability(columns, dot, gradient);
    }
  }

  /** g - p &sum; g_j. */
  private void addOfLogarithm(FloatColumnDot dot, FloatColumnGradient gradient) {
    dot.add(stages, g, minusDots.heads());
    stages.add(() -> FloatVectorDoubleWord.negate(minusDots, minusDots, LENGTH));
    gradient.addTimesLess(stages, minusDots, FloatWords.all(DoubleWord.of(-1), LENGTH), g);
  }

  /** p (g - &sum; g_j p_j), with a sum of its own for the elements that are tied. */
  private void addOfProbability(
      FloatColumns columns, FloatColumnDot dot, FloatColumnGradient gradient) {
    float[] atTies = new float[LENGTH];
    float[] p = new float[g.length];
    float[] ofOthers = new float[g.length];
    float[] ofTied = new float[g.length];
    float[] tiedDots = new float[LENGTH];
    FloatWords minusTied = new FloatWords(LENGTH);
    FloatWords complement = new FloatWords(LENGTH);
    stages.add(() -> FloatVectorDoubleWord.round(block.ofTies(), atTies, LENGTH));
    columns.addPush(stages, block.references(), block.inverse(), block.totalExponents(), atTies, p);
    columns.addParting(stages, block.references(), g, ofOthers, ofTied);
    dot.add(stages, ofOthers, p, minusDots.heads());
    dot.add(stages, ofTied, tiedDots);
    stages.add(() -> FloatVectorDoubleWord.negate(minusDots, minusDots, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.by(block.ofTies(), tiedDots, minusTied, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.negate(minusTied, minusTied, LENGTH));
    block.addComplements(stages, columns.ties(), complement);
    gradient.addPulledBack(stages, g, minusTied, minusDots.heads(), complement, columns.ties());
  }

  /** The task of rows in blocks if they can be done so, else row by row. */
  static RowTask of(NormalizeGradient task, FloatArithmetic arithmetic) {
    return Layout.of(task.rows()) == Layout.IN_LANES
        ? new NormalizeGradientBlocks(task, arithmetic)
        : new NormalizeGradientRow(task, arithmetic);
  }

  @Override
  void computeBlock(long first, int count) {
    softmax.read(first, count);
    if (upstream != null) {
      upstream.read(first, count, g);
    }
    softmax.sum(count, true);
    block.computeNll();
    block.computeShares();
    stages.run();
    destination.write(first, count, softmax.columns().elements(), softmax.ordinary());
    computeOthers(softmax.ordinary(), first, count);
  }
}
