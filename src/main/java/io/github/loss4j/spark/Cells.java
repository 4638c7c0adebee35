// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

/** The cells of a row that an evaluation reads, by their positions. */
interface Cells {
  boolean isNull(int position);

  /** A cell of {@code array<float>} without nulls. */
  float[] floats(int position);

  /** A cell of {@code array<double>} without nulls. */
  double[] doubles(int position);

  /** A cell of binary. */
  byte[] bytes(int position);

  /** A cell of an integral type. */
  long integer(int position);
}
