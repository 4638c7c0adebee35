// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Logits, or log-probabilities, that the caller has.
 *
 * @param input the caller's tensor
 * @param gradient where their gradient goes; null if it is not wanted
 */
record GivenLogits(Tensor input, @Nullable Tensor gradient) implements Logits {
  @Override
  public Tensor of(Piece piece) {
    return piece.elements(input);
  }

  @Override
  public @Nullable Tensor destination(Piece piece, Tensor part) {
    return piece.destinationOrNull(gradient, input, part);
  }

  @Override
  public void take(Piece piece, @Nullable Tensor part) {
    piece.putBack(part, gradient);
  }
}
