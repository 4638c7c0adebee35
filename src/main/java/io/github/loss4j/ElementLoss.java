// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/**
 * A loss that is computed element by element: input and target have the same shape, which may be
 * any, and each of their elements has one loss.
 */
public sealed interface ElementLoss extends Loss
    permits BCELoss, BCEWithLogitsLoss, KLDivLoss, SigmoidFocalLoss {}
