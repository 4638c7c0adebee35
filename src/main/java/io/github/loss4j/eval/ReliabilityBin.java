// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

/**
 * The rows whose largest probability p is in one bin: low &lt; p &le; high.
 *
 * @param low where the bin begins; the first holds 0 too
 * @param high where it ends
 * @param rows how many rows
 * @param confidence the mean of p; NaN without rows
 * @param accuracy the share of rows whose label has the largest logit; NaN without rows
 */
public record ReliabilityBin(
    double low, double high, long rows, double confidence, double accuracy) {}
