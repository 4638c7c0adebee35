// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.RowStatistic;
import io.github.loss4j.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The column of negative log-likelihoods beside what a session gives for the same rows. */
@Tag("spark")
class RowsWithNllTest {
  private static final int ROWS = 500;

  @TempDir private static Path folder;
  private static SparkSample sample;
  private static Dataset<Row> rows;

  @BeforeAll
  static void write() throws IOException {
    sample = new SparkSample(folder, ROWS);
    rows =
        sample
            .parquet(LocalSpark.session())
            .repartitionByRange(3, functions.col("id"))
            .sortWithinPartitions("id");
  }

  @Test
  void itsBitsAreThoseOfASession() {
    CrossEntropyLoss loss = new CrossEntropyLoss();
    assertColumn(evaluate(loss).loss(), loss);
  }

  @Test
  void weightsAndSmoothingMakeNoDifference() {
    CrossEntropyLoss loss =
        new CrossEntropyLoss()
            .withWeight(Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7}))
            .withLabelSmoothing(0.5);
    assertColumn(evaluate(loss).statistic(RowStatistic.NLL), loss);
  }

  private static LossResult evaluate(CrossEntropyLoss loss) {
    try (LossSession session = LossBackend.named("cpu").open()) {
      return session.evaluate(
          loss.withReduction(Reduction.NONE),
          sample.sample().logits(),
          sample.sample().labels(),
          Request.LOSS.withStatistics(RowStatistic.NLL));
    }
  }

  /** Partitions are ranges of the rows, so that rows in their order have the ids in theirs. */
  private static void assertColumn(Tensor expected, CrossEntropyLoss loss) {
    Dataset<Row> found = LossEvaluation.of(loss).withNll(rows, "nll");
    assertEquals(rows.schema().add("nll", DataTypes.DoubleType, false), found.schema());
    List<Row> collected = found.collectAsList();
    assertArrayEquals(
        LongStream.range(0, ROWS).toArray(),
        collected.stream().mapToLong(row -> row.<Long>getAs("id")).toArray());
    assertArrayEquals(
        expected.toDoubleArray(),
        collected.stream().mapToDouble(row -> row.<Double>getAs("nll")).toArray());
    assertEquals(rows.collectAsList(), found.drop("nll").collectAsList(), "the other columns stay");
  }
}
