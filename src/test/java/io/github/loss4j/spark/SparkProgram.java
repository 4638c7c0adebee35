// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.examples.spark.EvaluateOnSpark;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** What {@link SparkSubmitIT} submits: writes the sample, then runs the example on it. */
public final class SparkProgram {
  static final int ROWS = 300;

  private SparkProgram() {}

  /** Takes a folder for the sample and the file of the totals. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    new SparkSample(folder, ROWS).parquet(SparkSession.builder().getOrCreate());
    EvaluateOnSpark.main(new String[] {folder.resolve("rows.parquet").toString(), arguments[1]});
  }
}
