// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function and its gradients, row-major.
 *
 * @param output the loss, or the normalised elements
 * @param inputGradient of the input's shape
 * @param targetGradient of the target's shape; null where there is none
 */
public record ExactResult(
    List<Wide> output, List<Wide> inputGradient, @Nullable List<Wide> targetGradient) {}
