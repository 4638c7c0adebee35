// SPDX-License-Identifier: Apache-2.0
/**
 * Evaluation of more rows than fit anywhere at once.
 *
 * <p>An {@link io.github.loss4j.eval.Evaluation} takes batches of logits and targets and keeps
 * {@linkplain io.github.loss4j.eval.EvaluationTotals totals} of a fixed size. Totals are exact:
 * they merge in any order, in one process or across many, and two evaluations of the same rows have
 * the same bytes however the rows were divided.
 */
@NullMarked
package io.github.loss4j.eval;

import org.jspecify.annotations.NullMarked;
