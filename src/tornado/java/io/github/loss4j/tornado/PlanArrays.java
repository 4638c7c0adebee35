// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The arrays that a plan's kernels read and write. Those without a use have room for one number.
 */
final class PlanArrays {
  private static final int UNUSED = 1;

  private final PlanKey key;

  /**
   * What goes to the device in every execution; {@link Call} has the positions in the first two.
   */
  final IntArray sizes = new IntArray(Call.SIZES);

  final FloatArray numbers = new FloatArray(Call.NUMBERS);
  final FloatArray input;
  final FloatArray targets;
  final IntArray labels;
  final FloatArray weights;
  final FloatArray factors;
  final FloatArray upstreams;

  /** What stays on the device. */
  final FloatArray powers = Arithmetic.powers();

  final FloatArray sums;
  final FloatArray softmax;
  final FloatArray dots;
  final FloatArray parts;

  /** What comes back; {@link Call#mark} fills the first two. */
  final IntArray marks;

  final IntArray stripMarks;

  final FloatArray losses;
  final IntArray correct;
  final FloatArray gradient;
  final FloatArray targetGradient;

  PlanArrays(PlanKey key) {
    this.key = key;
    Operation operation = key.operation();
    input = floats(true, key.elements());
    targets = floats(operation.hasTargets(), key.elements());
    labels = ints(operation.hasLabels(), key.rows());
    weights = new FloatArray(key.weights());
    factors = new FloatArray(key.factors());
    upstreams = new FloatArray(key.upstreams());
    sums = floats(operation.hasSoftmax(), key.rows() * RowSum.FLOATS);
    softmax = floats(operation.hasSoftmax(), key.rows() * RowSoftmax.FLOATS);
    dots = floats(operation.hasSoftmax() && key.gradient(), 2 * key.rows());
    parts = floats(key.shape() == RowShape.BY_LANE, 2 * key.strips());
    marks = ints(true, key.rows());
    stripMarks = ints(true, key.strips());
    losses = floats(operation.isLoss(), key.rows());
    correct = ints(operation.hasLabels(), key.rows());
    gradient = floats(key.gradient(), key.elements());
    targetGradient = floats(key.targetGradient(), key.elements());
    numbers.set(Call.NAN, Float.NaN);
  }

  private static FloatArray floats(boolean used, int size) {
    return new FloatArray(used ? size : UNUSED);
  }

  private static IntArray ints(boolean used, int size) {
    return new IntArray(used ? size : UNUSED);
  }

  /** Has the graph bring to the device what its tasks read. */
  void send(TaskGraph graph) {
    graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, powers, marks, stripMarks);
    graph.transferToDevice(
        DataTransferMode.EVERY_EXECUTION,
        sizes,
        numbers,
        input,
        targets,
        labels,
        weights,
        factors,
        upstreams);
  }

  /** Has the graph bring back what its tasks have written. */
  void fetch(TaskGraph graph) {
    graph.transferToHost(DataTransferMode.EVERY_EXECUTION, marks, stripMarks);
    if (key.operation().isLoss()) {
      graph.transferToHost(DataTransferMode.EVERY_EXECUTION, losses);
    }
    if (key.operation().hasLabels()) {
      graph.transferToHost(DataTransferMode.EVERY_EXECUTION, correct);
    }
    if (key.gradient()) {
      graph.transferToHost(DataTransferMode.EVERY_EXECUTION, gradient);
    }
    if (key.targetGradient()) {
      graph.transferToHost(DataTransferMode.EVERY_EXECUTION, targetGradient);
    }
  }
}
