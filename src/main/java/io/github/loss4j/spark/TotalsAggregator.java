// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.eval.EvaluationTotals;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.expressions.Aggregator;

/**
 * Merges totals that were evaluated apart, all in their {@linkplain EvaluationTotals#toBytes()
 * compact form}. The order does not matter, so that every plan gives the same bytes. No bytes are
 * the totals of nothing.
 *
 * <pre>{@code
 * Dataset<byte[]> days = ...
 * EvaluationTotals year = EvaluationTotals.ofBytes(
 *     days.select(new TotalsAggregator().toColumn()).head());
 * }</pre>
 */
public final class TotalsAggregator extends Aggregator<byte[], byte[], byte[]> {
  private static final long serialVersionUID = 1L;

  /** Of nothing yet. */
  public TotalsAggregator() {}

  @Override
  public byte[] zero() {
    return new byte[0];
  }

  @Override
  public byte[] reduce(byte[] totals, byte[] more) {
    if (totals.length == 0 || more.length == 0) {
      return totals.length == 0 ? more : totals;
    }
    EvaluationTotals merged = EvaluationTotals.ofBytes(totals);
    merged.merge(EvaluationTotals.ofBytes(more));
    return merged.toBytes();
  }

  @Override
  public byte[] merge(byte[] totals, byte[] others) {
    return reduce(totals, others);
  }

  @Override
  public byte[] finish(byte[] totals) {
    return totals;
  }

  @Override
  public Encoder<byte[]> bufferEncoder() {
    return Encoders.BINARY();
  }

  @Override
  public Encoder<byte[]> outputEncoder() {
    return Encoders.BINARY();
  }
}
