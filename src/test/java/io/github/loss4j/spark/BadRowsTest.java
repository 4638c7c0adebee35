// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import static io.github.loss4j.spark.Refusals.assertRefused;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.Metric;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be evaluated is refused with the column and, where it is a row's, the row. */
@Tag("spark")
class BadRowsTest {
  private static final LossEvaluation EVALUATION = LossEvaluation.of(new CrossEntropyLoss());

  /** Two rows of three classes, the second being what is given. */
  private static Dataset<Row> rows(String logits, String target) {
    return LocalSpark.session()
        .sql(
            """
            select id, if(id = 0, array(1f, 2f, 3f), %s) logits, if(id = 0, 2L, %s) target
            from range(0, 2, 1, 1)
            """
                .formatted(logits, target));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "null | 0 | column logits: null (row 1 of partition 0)",
        "array(1f, null, 3f) | 0 | column logits: element 1 is null (row 1 of partition 0)",
        "array(1f, 2f) | 0 | column logits: 2 logits; expected 3, one per class (row 1 of",
        "array(1f, 2f, 3f) | null | column target: null (row 1 of partition 0)",
        "array(1f, 2f, 3f) | 3 | column target: 3 is no class; expected 0 to 2, or -100 for a row",
        "array(1f, 2f, 3f) | -1 | column target: -1 is no class; expected 0 to 2, or -100 for a"
            + " row",
      })
  void rows(String logits, String target, String message) {
    Dataset<Row> rows = rows(logits, target);
    assertRefused(message, () -> EVALUATION.evaluate(rows));
    assertRefused(message, () -> EVALUATION.withNll(rows, "nll").collect());
  }

  @Test
  void bytesOfAnotherType() {
    Dataset<Row> rows =
        LocalSpark.session()
            .sql("select X'0102030405060708' logits, 0 target from range(0, 1, 1, 1)");
    assertRefused(
        "column logits: 8 bytes; 3 classes of BF16 have 6 (row 0 of partition 0)",
        () -> EVALUATION.dtype(DType.BF16).classes(3).evaluate(rows));
  }

  @Test
  void theRowIsNamedAsItsColumnNamesIt() {
    Dataset<Row> rows = rows("array(1f)", "0").withColumnRenamed("id", "question");
    assertRefused(
        "(row 1 of partition 0, question = 1)", () -> EVALUATION.rowId("question").evaluate(rows));
    assertRefused(
        "column question: null (row 0 of partition 0)",
        () ->
            EVALUATION
                .rowId("question")
                .evaluate(rows.selectExpr("cast(null as long) question", "logits", "target")));
  }

  @Test
  void theFirstRowMustHaveClasses() {
    Dataset<Row> rows = rows("null", "0");
    assertRefused(
        "column logits: null in the first row", () -> EVALUATION.evaluate(rows.filter("id = 1")));
    assertRefused(
        "column logits: no logits in the first row",
        () ->
            EVALUATION.evaluate(rows.selectExpr("cast(array() as array<float>) logits", "target")));
    assertRefused(
        "the dataset has no rows to take the number of classes from",
        () -> EVALUATION.evaluate(rows.filter("id = 2")));
  }

  @Test
  void columnsThatDoNotFit() {
    Dataset<Row> rows = rows("null", "0");
    assertRefused(
        "there is no column scores, but [id, logits, target]",
        () -> EVALUATION.logits("scores").evaluate(rows));
    assertRefused(
        "there is no column scores, but [id, logits, target]",
        () -> EVALUATION.logits("scores").withNll(rows, "nll"));
    assertRefused(
        "column target is of type BIGINT; logits are array<float>, array<double> or binary",
        () -> EVALUATION.logits("target").evaluate(rows));
    assertRefused(
        "column logits is of type ARRAY<FLOAT>; expected tinyint, smallint, int or bigint",
        () -> EVALUATION.targets("logits").evaluate(rows));
    assertRefused("there is a column Logits already", () -> EVALUATION.withNll(rows, "Logits"));
    assertRefused(
        "logits are F64, F32, F16 or BF16, but not I32", () -> EVALUATION.dtype(DType.I32));
    assertRefused("at least one class", () -> EVALUATION.classes(0));
  }

  @Test
  void metricsThatNeedAColumn() {
    Dataset<Row> rows = rows("null", "0");
    EvaluationOptions options = EvaluationOptions.DEFAULT;
    assertRefused(
        "WORST_ROWS needs a column that names the rows",
        () -> EVALUATION.options(options.withMetrics(Metric.WORST_ROWS)).evaluate(rows));
    assertRefused(
        "SEGMENTS needs a column of segments",
        () -> EVALUATION.options(options.withMetrics(Metric.SEGMENTS)).evaluate(rows));
    assertRefused(
        "the metric SEGMENTS was not requested", () -> EVALUATION.segments("id").evaluate(rows));
  }
}
