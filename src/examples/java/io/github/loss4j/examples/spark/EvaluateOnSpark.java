// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples.spark;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.Metric;
import io.github.loss4j.spark.LossEvaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Evaluates Parquet files with the columns {@code logits} and {@code target}. */
public final class EvaluateOnSpark {
  private EvaluateOnSpark() {}

  /**
   * Prints the mean and writes the totals to a file of this machine.
   *
   * @param arguments the Parquet files, wherever Spark reads them from, and the file of the totals
   * @throws IOException if that cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    // @start region="main"
    try (SparkSession spark = SparkSession.builder().appName("loss4j").getOrCreate()) {
      Dataset<Row> rows = spark.read().parquet(arguments[0]);
      EvaluationTotals totals =
          LossEvaluation.of(new CrossEntropyLoss())
              .logits("logits")
              .targets("target")
              .options(EvaluationOptions.DEFAULT.withMetrics(Metric.ACCURACY, Metric.HISTOGRAM))
              .evaluate(rows);
      System.out.println("mean NLL " + totals.meanNll() + " of " + totals.rows() + " rows");
      Files.write(Path.of(arguments[1]), totals.toBytes());
    }
    // @end
  }
}
