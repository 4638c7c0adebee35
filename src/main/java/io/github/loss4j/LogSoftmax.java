// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/**
 * Logarithm of the softmax along an axis, as {@code torch.nn.LogSoftmax}: y<sub>c</sub> =
 * x<sub>c</sub> - log &sum;<sub>j</sub> exp x<sub>j</sub>. Its gradient is g<sub>c</sub> - exp
 * y<sub>c</sub> &sum;<sub>j</sub> g<sub>j</sub>.
 *
 * @param axis the axis that is normalised; negative counts from the last
 * @see <a
 *     href="https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html">PyTorch</a>
 */
public record LogSoftmax(int axis) implements Normalization {}
