// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/**
 * A loss whose targets can be labels: one class index per row.
 *
 * <p>The input has shape (C), (N, C) or (N, C, d<sub>1</sub>, …, d<sub>k</sub>): the classes lie
 * along axis 1, or along axis 0 of an un-batched input. What is left when the class axis is taken
 * away is the shape of the <em>rows</em>; each row has one loss.
 */
public sealed interface ClassLoss extends Loss permits CrossEntropyLoss, NLLLoss, SoftmaxFocalLoss {

  /**
   * The label of rows that do not count.
   *
   * @return any long; a valid class too
   */
  long ignoreIndex();

  /**
   * The same loss with another reduction.
   *
   * @param newReduction what becomes of the per-row losses
   * @return a new loss
   */
  ClassLoss withReduction(Reduction newReduction);

  /**
   * The axis that the classes lie along.
   *
   * @param input the logits or log-probabilities
   * @return 0 for an un-batched input, else 1
   * @throws InvalidInputException if the input has no axis
   */
  static int classAxis(Tensor input) {
    if (input.rank() == 0) {
      throw new InvalidInputException(
          "the input is a scalar; expected shape (C), (N, C) or (N, C, d1, ..., dk)");
    }
    return input.rank() == 1 ? 0 : 1;
  }

  /**
   * The shape of the rows: that of the input without the class axis. Labels have it, and the losses
   * of {@link Reduction#NONE}.
   *
   * @param input the logits or log-probabilities
   * @return the extents of the other axes; none for an un-batched input
   * @throws InvalidInputException if the input has no axis
   */
  static long[] rowShape(Tensor input) {
    int classAxis = classAxis(input);
    long[] shape = new long[input.rank() - 1];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = input.extent(axis < classAxis ? axis : axis + 1);
    }
    return shape;
  }
}
