// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.RowStatistic;
import io.github.loss4j.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What {@link RowStatistics} does, for the blocks of {@link CrossEntropyBlocks} that are in
 * columns; of rows that are out of the ordinary it makes nothing that means anything.
 */
final class CrossEntropyBlockStatistics {
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;
  private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Writes one statistic of a block's rows. */
  private interface Output {
    void write(long first, int count);
  }

  private final FloatSoftmaxBlock softmax;
  private final FloatColumnStatistics columns;
  private final List<Output> outputs = new ArrayList<>();
  private final boolean shared;

  private final float[] bases = new float[LENGTH];
  private final FloatWords baseWords = new FloatWords(bases, new float[LENGTH]);
  private final FloatWords excess = new FloatWords(LENGTH);
  private final FloatWords logSumExps = new FloatWords(LENGTH);
  private final float[] tied = new float[LENGTH];
  private final FloatVectorStages stages = new FloatVectorStages();

  CrossEntropyBlockStatistics(
      Map<RowStatistic, Tensor> tensors,
      FloatSoftmaxBlock softmax,
      FloatColumns columns,
      int[] labels) {
    this.softmax = softmax;
    this.columns = new FloatColumnStatistics(columns);
    boolean entropies = tensors.containsKey(RowStatistic.ENTROPY);
    shared = entropies || tensors.containsKey(RowStatistic.LARGEST_PROBABILITY);
    if (entropies || tensors.containsKey(RowStatistic.LOG_SUM_EXP)) {
      softmax.addExcess(stages, columns.largest(), bases, excess);
    }
    if (shared) {
      stages.add(() -> FloatVectorDoubleWord.round(softmax.ofTies(), tied, LENGTH));
    }
    tensors.forEach((statistic, tensor) -> add(statistic, tensor, labels));
  }

  private void add(RowStatistic statistic, Tensor tensor, int[] labels) {
    switch (statistic) {
      case NLL -> write(tensor, softmax.nll().heads());
      case LOG_SUM_EXP -> {
        stages.add(() -> FloatVectorDoubleWord.plus(baseWords, excess, logSumExps, LENGTH));
        write(tensor, logSumExps.heads());
      }
      case ARGMAX -> columns.addArgmaxes(stages, intsOf(tensor));
      case RANK -> columns.addRanks(stages, softmax.references(), labels, intsOf(tensor));
      case ENTROPY ->
          columns.addEntropies(
              stages,
              softmax.references(),
              softmax.inverse(),
              softmax.totalExponents(),
              tied,
              bases,
              excess.heads(),
              floatsOf(tensor));
      case LARGEST_PROBABILITY ->
          columns.addLargestProbabilities(
              stages,
              softmax.references(),
              softmax.inverse(),
              softmax.totalExponents(),
              softmax.ofTies().heads(),
              floatsOf(tensor));
    }
  }

  private float[] floatsOf(Tensor tensor) {
    float[] values = new float[LENGTH];
    write(tensor, values);
    return values;
  }

  private int[] intsOf(Tensor tensor) {
    int[] values = new int[LENGTH];
    outputs.add(
        (first, count) ->
            MemorySegment.copy(values, 0, tensor.memory(), I32, first * Integer.BYTES, count));
    return values;
  }

  private void write(Tensor tensor, float[] values) {
    outputs.add(
        (first, count) ->
            MemorySegment.copy(values, 0, tensor.memory(), F32, first * Float.BYTES, count));
  }

  /** Writes those of a block's rows, after the softmax's NLL is computed. */
  void write(long first, int count) {
    if (shared) {
      softmax.computeShares();
    }
    stages.run();
    for (Output output : outputs) {
      output.write(first, count);
    }
  }
}
