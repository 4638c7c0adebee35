// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Tensor;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spark compared with an evaluation of the same rows without it: the bytes are the same. */
@Tag("spark")
class LossEvaluationTest {
  private static final int ROWS = 1000;
  private static final EvaluationOptions OPTIONS =
      EvaluationOptions.DEFAULT.withMetrics(
          Metric.ACCURACY,
          Metric.RANK,
          Metric.ENTROPY,
          Metric.CALIBRATION,
          Metric.HISTOGRAM,
          Metric.WORST_ROWS);
  private static final CrossEntropyLoss LOSS = new CrossEntropyLoss();

  /** Tasks run in this JVM. */
  private static final AtomicInteger FAILURES = new AtomicInteger();

  @TempDir private static Path folder;
  private static SparkSample sample;
  private static SparkSession spark;
  private static Dataset<Row> rows;

  @BeforeAll
  static void write() throws IOException {
    sample = new SparkSample(folder, ROWS);
    spark = LocalSpark.session();
    rows = sample.parquet(spark);
  }

  @Test
  void quickstart() throws IOException {
    Dataset<Row> dataset = rows;
    // @start region="evaluate"
    EvaluationTotals totals =
        LossEvaluation.of(new CrossEntropyLoss())
            .logits("logits")
            .targets("target")
            .options(EvaluationOptions.DEFAULT.withMetrics(Metric.ACCURACY, Metric.CALIBRATION))
            .evaluate(dataset);
    System.out.println(totals.perplexity() + " " + totals.accuracy());
    // @end
    EvaluationTotals expected = sample.totals(LOSS, OPTIONS);
    assertEquals(expected.perplexity(), totals.perplexity());
    assertEquals(expected.accuracy(), totals.accuracy());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 64})
  void anyPartitionsGiveTheSameBytes(int partitions) throws IOException {
    assertSameTotals(rows.repartition(partitions));
  }

  @Test
  void shufflesGiveTheSameBytes() throws IOException {
    assertSameTotals(
        rows.repartition(5, functions.col("target")).orderBy(functions.rand(1)).coalesce(2));
  }

  @Test
  void aTaskThatFailsOnceCountsOnce() throws IOException {
    FAILURES.set(0);
    Dataset<Row> failing =
        rows.repartition(2)
            .filter(
                (FilterFunction<Row>)
                    row -> {
                      if (row.<Long>getAs("id") == ROWS / 2
                          && TaskContext.get().attemptNumber() == 0) {
                        FAILURES.incrementAndGet();
                        throw new IllegalStateException("the first try fails among its rows");
                      }
                      return true;
                    });
    assertSameTotals(failing);
    assertEquals(1, FAILURES.get());
  }

  private static void assertSameTotals(Dataset<Row> dataset) throws IOException {
    EvaluationTotals totals =
        LossEvaluation.of(LOSS)
            .classes(sample.classes())
            .rowId("id")
            .options(OPTIONS)
            .evaluate(dataset);
    assertArrayEquals(sample.totals(LOSS, OPTIONS).toBytes(), totals.toBytes());
  }

  @ParameterizedTest
  @CsvSource({"doubles,F64", "f32,F32", "f16,F16", "bf16,BF16"})
  void logitsMayBeDoublesOrBytes(String column, DType dtype) throws IOException {
    EvaluationTotals totals =
        LossEvaluation.of(LOSS)
            .logits(column)
            .dtype(dtype)
            .rowId("id")
            .options(OPTIONS)
            .evaluate(rows);
    assertArrayEquals(sample.totals(LOSS, OPTIONS, dtype).toBytes(), totals.toBytes());
  }

  @Test
  void theLossKeepsItsParametersOnTheWay() throws IOException {
    CrossEntropyLoss loss =
        LOSS.withWeight(Tensor.of(new float[] {1, 0.5f, 2, 0, 3, 0.25f, 1.5f}))
            .withLabelSmoothing(0.1)
            .withTemperature(1.5);
    EvaluationTotals totals = LossEvaluation.of(loss).evaluate(rows);
    assertArrayEquals(sample.totals(loss, EvaluationOptions.DEFAULT).toBytes(), totals.toBytes());
    assertNotEquals(sample.totals(LOSS, OPTIONS).meanLoss(), totals.meanLoss());
  }

  @Test
  void segmentsAreWholeWhereverTheirRowsLie() throws IOException {
    EvaluationOptions segments = OPTIONS.withMetrics(Metric.SEGMENTS);
    EvaluationTotals totals =
        LossEvaluation.of(LOSS)
            .segments("document")
            .options(segments)
            .evaluate(rows.orderBy(functions.rand(2)));
    assertArrayEquals(sample.totals(LOSS, segments).toBytes(), totals.toBytes());
    assertEquals((ROWS + 2) / 3, totals.segments());
  }

  @Test
  void noRowsAreTotalsOfNothing() {
    EvaluationTotals totals =
        LossEvaluation.of(new NLLLoss()).classes(7).evaluate(rows.filter("id < 0"));
    assertArrayEquals(
        new EvaluationTotals(new NLLLoss(), 7, EvaluationOptions.DEFAULT).toBytes(),
        totals.toBytes());
  }

  @Test
  void oneBackendMayBeNamed() throws IOException {
    EvaluationTotals totals =
        LossEvaluation.of(LOSS).backend("cpu").rowId("id").options(OPTIONS).evaluate(rows);
    assertArrayEquals(sample.totals(LOSS, OPTIONS).toBytes(), totals.toBytes());
    Refusals.assertRefused(
        "no backend is named abacus",
        () -> LossEvaluation.of(LOSS).backend("abacus").evaluate(rows));
  }

  @Test
  void aDayAfterAnotherMerges() throws IOException {
    LossEvaluation evaluation = LossEvaluation.of(LOSS).classes(7).rowId("id").options(OPTIONS);
    EvaluationTotals totals = evaluation.evaluate(rows.filter("id % 2 = 0"));
    assertTrue(totals.rows() > 0 && totals.rows() < ROWS);
    totals.merge(evaluation.evaluate(rows.filter("id % 2 = 1")));
    assertArrayEquals(sample.totals(LOSS, OPTIONS).toBytes(), totals.toBytes());
  }
}
