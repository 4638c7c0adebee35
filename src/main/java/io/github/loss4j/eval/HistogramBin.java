// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

/**
 * The rows whose negative log-likelihood x is in one bin: low &le; x &lt; high.
 *
 * @param low where the bin begins; -inf for the first
 * @param high where it ends; +inf for the last, which holds +inf too
 * @param rows how many rows
 */
public record HistogramBin(double low, double high, long rows) {}
