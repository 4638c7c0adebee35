// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.LabelRows;
import io.github.loss4j.host.Smoothing;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@link CrossEntropyRow} does with label smoothing, for blocks of rows that lie in the lanes
 * of vectors. Rows that are out of the ordinary are left to it.
 */
final class SmoothedBlocks extends RowBlocks {
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;

  private final LabelBlock labelled;
  private final FloatSoftmaxBlock block;
  private final SoftmaxColumns softmax;
  private final @Nullable SmoothedBlockGradient gradient;

  private final float[] targets = new float[LENGTH];
  private final FloatWords kept = new FloatWords(LENGTH);
  private final FloatVectorStages stages = new FloatVectorStages();

  SmoothedBlocks(
      LabelRows task,
      Smoothing smoothing,
      LossWriter losses,
      Supplier<RowTask> rowByRow,
      FloatArithmetic arithmetic) {
    super(task.rows(), LENGTH, rowByRow);
    RowView logits = new RowView(task.input(), task.rows());
    labelled = new LabelBlock(task, losses, logits, LENGTH);
    block = new FloatSoftmaxBlock(arithmetic, LENGTH);
    softmax = new SoftmaxColumns(task.input(), task.rows(), block, null);
    float[] ofClasses = ClassWeight.columns(task.parameters().weight(), task.rows().classes());
    addLosses(smoothing, task.rows().classes(), ofClasses);
    gradient =
        task.gradient() == null
            ? null
            : new SmoothedBlockGradient(
                new BlockUpstream(
                    task.gradient(),
                    new RowGradient(task.gradient(), logits, task.rows(), arithmetic),
                    LENGTH),
                new ColumnTransfer(task.gradient().destination(), task.rows()),
                smoothing,
                block,
                softmax,
                labelled,
                targets,
                kept,
                ofClasses);
  }

  private void addLosses(Smoothing smoothing, int classes, float[] ofClasses) {
    FloatWords keep =
        FloatWords.all(new DoubleWord(smoothing.keep(), smoothing.keepTail()), LENGTH);
    FloatWords spread =
        FloatWords.all(new DoubleWord(smoothing.spread(), smoothing.spreadTail()), LENGTH);
    FloatWords loss = new FloatWords(labelled.losses(), new float[LENGTH]);
    float[] logProbabilities = new float[ofClasses.length];
    float[] minusDots = new float[LENGTH];
    FloatWords evenly = new FloatWords(LENGTH);
    softmax.columns().addReferences(stages, labelled.labels(), targets);
    FloatWords nll = addNll();
    softmax
        .columns()
        .addLogProbabilities(stages, block.references(), block.nll().heads(), logProbabilities);
    new FloatColumnDot(classes).add(stages, ofClasses, logProbabilities, minusDots);
    stages.add(() -> FloatVectorDoubleWord.negate(minusDots, minusDots, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.by(spread, minusDots, evenly, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.by(keep, labelled.weights().heads(), kept, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.by(kept, nll, nll, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.plus(nll, evenly, loss, LENGTH));
  }

  /** -log p of the targets, as words. */
  private FloatWords addNll() {
    float[] minusReferences = new float[LENGTH];
    FloatWords minusNll = new FloatWords(LENGTH);
    FloatWords ofTargets = new FloatWords(LENGTH);
    stages.add(() -> FloatVectorDoubleWord.negate(block.references(), minusReferences, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.negate(block.nll(), minusNll, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.sumOf(targets, minusReferences, ofTargets, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.plus(ofTargets, minusNll, ofTargets, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.negate(ofTargets, ofTargets, LENGTH));
    return ofTargets;
  }

  @Override
  void computeBlock(long first, int count) {
    boolean[] ordinary = softmax.ordinary();
    labelled.read(first, count);
    softmax.read(first, count);
    softmax.sum(count, labelled.mark(ordinary, count));
    block.computeNll();
    stages.run();
    for (int i = 0; i < count && labelled.wantsCorrect(); i++) {
      labelled.beaten()[i] = targets[i] != block.references()[i];
    }
    labelled.writeCorrect(first, count, ordinary, softmax.columns().ties());
    if (gradient != null) {
      gradient.write(first, count, ordinary);
    }
    labelled.writeLosses(first, count, ordinary);
    computeOthers(ordinary, first, count);
  }
}
