// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/** Where the logits of a piece come from, and where the gradient with respect to them goes. */
interface Logits {

  /** The logits of a piece. */
  Tensor of(Piece piece);

  /**
   * Where a kernel writes the gradient.
   *
   * @param part what {@link #of} gave for the piece
   * @return the part itself to overwrite it; null if the gradient is not wanted
   */
  @Nullable Tensor destination(Piece piece, Tensor part);

  /** Takes what a kernel has written to {@link #destination}. */
  void take(Piece piece, @Nullable Tensor gradient);
}
