// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/**
 * Softmax along an axis, as {@code torch.nn.Softmax}: y<sub>c</sub> = exp x<sub>c</sub> /
 * &sum;<sub>j</sub> exp x<sub>j</sub>. Its gradient is y<sub>c</sub> (g<sub>c</sub> -
 * &sum;<sub>j</sub> g<sub>j</sub> y<sub>j</sub>).
 *
 * @param axis the axis that is normalised; negative counts from the last
 * @see <a href="https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html">PyTorch</a>
 */
public record Softmax(int axis) implements Normalization {}
