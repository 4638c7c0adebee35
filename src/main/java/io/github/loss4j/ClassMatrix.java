// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import org.jspecify.annotations.Nullable;

/**
 * The linear layer that makes logits of hidden states: logits = hidden W<sup>T</sup> + b, as {@code
 * torch.nn.Linear} has it.
 *
 * @param weight W, of shape (V, D): a row per class; F64, F32, F16 or BF16
 * @param bias b, of shape (V) and the type of the weight; null for 0
 */
public record ClassMatrix(Tensor weight, @Nullable Tensor bias) {

  /**
   * Checks that the weight and the bias belong together.
   *
   * @throws InvalidInputException if their shapes or types do not fit
   */
  public ClassMatrix {
    if (weight.rank() != 2 || !weight.dtype().isFloating()) {
      throw new InvalidInputException(
          "the weight of a class matrix must be floating and have shape (V, D), but is " + weight);
    }
    if (bias != null && !fits(bias, weight)) {
      throw new InvalidInputException(
          "the bias must be %s[%d], to fit the weight %s, but is %s"
              .formatted(weight.dtype(), weight.extent(0), weight, bias));
    }
  }

  /**
   * A class matrix without a bias.
   *
   * @param weight of shape (V, D)
   * @throws InvalidInputException if its shape or type does not fit
   */
  public ClassMatrix(Tensor weight) {
    this(weight, null);
  }

  private static boolean fits(Tensor bias, Tensor weight) {
    return bias.dtype() == weight.dtype() && bias.rank() == 1 && bias.extent(0) == weight.extent(0);
  }
}
