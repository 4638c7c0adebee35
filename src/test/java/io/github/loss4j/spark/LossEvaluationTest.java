// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.Metric;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spark compared with an evaluation of the same rows without it: the bytes are the same. */
@Tag("spark")
class LossEvaluationTest {
  private static final EvaluationOptions ROWS =
      EvaluationOptions.DEFAULT.withMetrics(
          Metric.ACCURACY,
          Metric.RANK,
          Metric.ENTROPY,
          Metric.CALIBRATION,
          Metric.HISTOGRAM,
          Metric.WORST_ROWS);
  private static final CrossEntropyLoss LOSS = new CrossEntropyLoss();

  @TempDir private static Path folder;
  private static SparkSample sample;
  private static SparkSession spark;
  private static Dataset<Row> rows;

  @BeforeAll
  static void write() throws IOException {
    sample = new SparkSample(folder, 1000);
    spark = LocalSpark.session();
    rows = sample.parquet(spark);
  }

  @Test
  void quickstart() throws IOException {
    Dataset<Row> dataset = spark.read().parquet(folder.resolve("rows.parquet").toString());
    // @start region="evaluate"
    EvaluationTotals totals =
        LossEvaluation.of(new CrossEntropyLoss())
            .logits("logits")
            .targets("target")
            .options(EvaluationOptions.DEFAULT.withMetrics(Metric.ACCURACY, Metric.CALIBRATION))
            .evaluate(dataset);
    System.out.println(totals.perplexity() + " " + totals.accuracy());
    // @end
    assertEquals(sample.totals(LOSS, ROWS).perplexity(), totals.perplexity());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 64})
  void anyPartitionsGiveTheSameBytes(int partitions) throws IOException {
    EvaluationTotals totals =
        LossEvaluation.of(LOSS).rowId("id").options(ROWS).evaluate(rows.repartition(partitions));
    assertArrayEquals(sample.totals(LOSS, ROWS).toBytes(), totals.toBytes());
  }
}
