// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

/**
 * What an evaluation found of a segment: adjacent rows of one id, such as the tokens of a document
 * or of a continuation.
 *
 * @param segment the id
 * @param firstRow the index of its first row among all rows of the evaluation
 * @param rows how many of its rows are not ignored
 * @param nll the sum of their negative log-likelihoods, exact and rounded once; the negative
 *     log-likelihood of a continuation
 * @param greedy whether the label of each has the largest logit, so that greedy decoding would have
 *     written the segment; true without rows
 */
public record SegmentScore(long segment, long firstRow, long rows, double nll, boolean greedy) {}
