// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectors.at;

import io.github.loss4j.host.RowKernels.Gradient;
import io.github.loss4j.host.RowKernels.ProbabilityRows;
import io.github.loss4j.host.Rows;
import io.github.loss4j.host.Smoothing;
import java.util.function.Supplier;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * What {@link CrossEntropyProbabilitiesRow} does, for blocks of rows that lie in the lanes of
 * vectors. Rows that are out of the ordinary are left to it.
 */
final class CrossEntropyProbabilitiesBlocks extends RowBlocks {
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;
  private static final int WIDTH = FloatVectors.WIDTH;

  private final LossWriter losses;
  private final FloatSoftmaxBlock block;
  private final SoftmaxColumns softmax;
  private final ColumnTransfer targets;

  /** The targets, which become what every log p is multiplied by. */
  private final float[] coefficients;

  private final float[] blockLosses = new float[LENGTH];
  private final FloatWords totals = new FloatWords(LENGTH);
  private final FloatVectorStages stages = new FloatVectorStages();

  private final @Nullable BlockUpstream upstream;
  private final @Nullable ColumnTransfer destination;
  private final FloatVectorStages gradientStages = new FloatVectorStages();

  private CrossEntropyProbabilitiesBlocks(
      ProbabilityRows task,
      LossWriter losses,
      Supplier<RowTask> rowByRow,
      FloatArithmetic arithmetic) {
    super(task.rows(), LENGTH, rowByRow);
    this.losses = losses;
    Rows rows = task.rows();
    block = new FloatSoftmaxBlock(arithmetic, LENGTH);
    softmax = new SoftmaxColumns(task.input(), rows, block, null);
    targets = new ColumnTransfer(task.targets(), rows);
    coefficients = new float[rows.classes() * LENGTH];
    addCoefficients(task);
    addLosses(rows.classes());
    Gradient gradient = task.gradient();
    if (gradient == null) {
      upstream = null;
      destination = null;
    } else {
      RowView logits = new RowView(task.input(), rows);
      RowGradient ofRows = new RowGradient(gradient, logits, rows, arithmetic);
      upstream = new BlockUpstream(gradient, ofRows, LENGTH);
      destination = new ColumnTransfer(gradient.destination(), rows);
      addGradients(upstream.words());
    }
  }

  /** The task of rows in blocks if they can be done so, else row by row. */
  static RowTask of(ProbabilityRows task, LossWriter losses, FloatArithmetic arithmetic) {
    Supplier<RowTask> rowByRow = () -> new CrossEntropyProbabilitiesRow(task, losses, arithmetic);
    boolean plain =
        task.targetGradient() == null
            && task.parameters().zLoss() == 0
            && task.parameters().transform() == null
            && task.statistics().isEmpty();
    return plain && Layout.of(task.rows()) == Layout.IN_LANES
        ? new CrossEntropyProbabilitiesBlocks(task, losses, rowByRow, arithmetic)
        : rowByRow.get();
  }

  private void addCoefficients(ProbabilityRows task) {
    Smoothing smoothing = task.parameters().smoothing();
    if (smoothing != null) {
      stages.add(() -> spread(smoothing));
    }
    if (task.parameters().weight() != null) {
      float[] ofClasses = ClassWeight.columns(task.parameters().weight(), task.rows().classes());
      stages.add(() -> multiply(ofClasses));
    }
  }

  private void spread(Smoothing smoothing) {
    FloatVector head = FloatVectors.of((float) smoothing.keep());
    FloatVector tail = FloatVectors.of((float) smoothing.keepTail());
    FloatVector share = FloatVectors.of((float) smoothing.spread());
    for (int i = 0; i < coefficients.length; i += WIDTH) {
      FloatVector target = at(coefficients, i);
      head.fma(target, tail.fma(target, share)).intoArray(coefficients, i);
    }
  }

  private void multiply(float[] ofClasses) {
    for (int i = 0; i < coefficients.length; i += WIDTH) {
      at(coefficients, i).mul(at(ofClasses, i)).intoArray(coefficients, i);
    }
  }

  private void addLosses(int classes) {
    float[] logProbabilities = new float[coefficients.length];
    FloatColumnDot dot = new FloatColumnDot(classes);
    softmax
        .columns()
        .addLogProbabilities(stages, block.references(), block.nll().heads(), logProbabilities);
    dot.add(stages, coefficients, logProbabilities, blockLosses);
    stages.add(() -> FloatVectorDoubleWord.negate(blockLosses, blockLosses, LENGTH));
    dot.add(stages, coefficients, totals.heads());
  }

  private void addGradients(FloatWords ofLosses) {
    FloatWords push = new FloatWords(LENGTH);
    gradientStages.add(() -> FloatVectorDoubleWord.by(ofLosses, totals, push, LENGTH));
    new FloatColumnGradient(softmax.columns().elements(), block)
        .addTimesLess(gradientStages, push, ofLosses, coefficients);
  }

  @Override
  void computeBlock(long first, int count) {
    boolean[] ordinary = softmax.ordinary();
    softmax.read(first, count);
    targets.read(first, count, coefficients);
    softmax.sum(count, true);
    block.computeNll();
    stages.run();
    if (upstream != null && destination != null) {
      upstream.read(first, count);
      block.computeShares();
      gradientStages.run();
      destination.write(first, count, softmax.columns().elements(), ordinary);
    }
    losses.set(first, blockLosses, count, ordinary);
    computeOthers(ordinary, first, count);
  }
}
