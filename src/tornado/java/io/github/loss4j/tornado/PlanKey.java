// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

/**
 * What a plan is made for. TornadoVM compiles the sizes of arrays into kernels, so that a plan has
 * room for the sizes here and serves all calls that are not larger; they are powers of 4, since to
 * make a plan takes longer than most calls.
 *
 * @param shape how rows are shared out
 * @param gradient whether the gradient with respect to the input is wanted
 * @param targetGradient whether that with respect to the targets is
 * @param elements of the input
 * @param rows losses
 * @param strips work-items of all rows
 * @param weights 1 for none
 * @param factors 1 for none
 * @param upstreams 1 for none
 */
record PlanKey(
    Operation operation,
    RowShape shape,
    boolean gradient,
    boolean targetGradient,
    int elements,
    int rows,
    int strips,
    int weights,
    int factors,
    int upstreams) {

  private static final int LEAST = 1 << 10;

  /** The room for so many of something. */
  static int room(long count) {
    long room = LEAST;
    while (room < count) {
      room *= 4;
    }
    return Math.toIntExact(room);
  }

  /** About how many bytes of the device the plan takes. */
  long bytes() {
    long arrays = 1L;
    arrays += operation.hasTargets() ? 1 : 0;
    arrays += gradient ? 1 : 0;
    arrays += targetGradient ? 1 : 0;
    long perRow = operation.hasSoftmax() ? 6L + RowSum.FLOATS + RowSoftmax.FLOATS : 4L;
    long others = 3L * strips + weights + factors + upstreams;
    return Float.BYTES * (elements * arrays + rows * perRow + others);
  }
}
