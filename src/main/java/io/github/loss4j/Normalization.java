// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/** A function that normalises the elements along one axis; the output has the input's shape. */
public sealed interface Normalization permits LogSoftmax, Softmax {

  /**
   * The axis that is normalised.
   *
   * @return from -rank to rank - 1; negative counts from the last
   */
  int axis();

  /**
   * The axis that is normalised, counted from the first.
   *
   * @param input the tensor it is applied to; a scalar counts as one axis
   * @return from 0 to rank - 1
   * @throws InvalidInputException if the input has no such axis
   */
  default int axisOf(Tensor input) {
    int rank = Math.max(1, input.rank());
    if (axis() < -rank || axis() >= rank) {
      throw new InvalidInputException(
          "axis %d is out of range for %s: expected %d to %d"
              .formatted(axis(), input, -rank, rank - 1));
    }
    return axis() < 0 ? axis() + rank : axis();
  }
}
