// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two executors, which are processes of their own, each with a GPU that no machine has. */
@Tag("spark")
class ClusterTest {
  private static final int ROWS = 1000;
  private static final String GPU = "0000:fe:1f.7";
  private static final EvaluationOptions OPTIONS =
      EvaluationOptions.DEFAULT.withMetrics(Metric.RANK, Metric.CALIBRATION, Metric.WORST_ROWS);
  private static final CrossEntropyLoss LOSS = new CrossEntropyLoss();

  @TempDir private static Path folder;
  private static SparkSample sample;
  private static SparkSession spark;
  private static Dataset<Row> rows;

  @BeforeAll
  static void start() throws IOException {
    LocalSpark.session().stop(); // a JVM has one at a time
    Path gpus = folder.resolve("gpus.sh");
    Files.writeString(
        gpus, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"%s\"]}'\n".formatted(GPU));
    Files.setPosixFilePermissions(gpus, PosixFilePermissions.fromString("rwx------"));
    spark =
        LocalSpark.quiet(SparkSession.builder().master("local-cluster[2,1,1024]"))
            .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .config(
                "spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1") // they live shortly
            .config("spark.executorEnv.JAVA_HOME", System.getProperty("java.home"))
            .config("spark.speculation", true)
            .config("spark.speculation.quantile", 0.5)
            .config("spark.speculation.minTaskRuntime", "1s")
            .config("spark.locality.wait", 0)
            .config("spark.worker.resource.gpu.amount", 1)
            .config("spark.worker.resource.gpu.discoveryScript", gpus.toString())
            .config("spark.executor.resource.gpu.amount", 1)
            .config("spark.task.resource.gpu.amount", 1)
            .getOrCreate();
    sample = new SparkSample(folder, ROWS);
    rows = sample.parquet(spark).repartition(4).persist();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void executorsComputeTheSameBytes() throws IOException {
    assertEquals(new TreeSet<>(List.of(GPU)), gpusOfTasks(), "tasks have GPUs, though not here");
    assertSameTotals(rows);
  }

  private static Set<String> gpusOfTasks() {
    return new TreeSet<>(
        rows.mapPartitions(
                (MapPartitionsFunction<Row, String>)
                    partition ->
                        List.of(TaskContext.get().resourcesJMap().get("gpu").addresses())
                            .iterator(),
                Encoders.STRING())
            .collectAsList());
  }

  @Test
  void anExecutorThatIsLostCountsOnce() throws IOException {
    Path lost = folder.resolve("lost");
    String name = lost.toString();
    Dataset<Row> dangerous =
        rows.filter(
            (FilterFunction<Row>)
                row -> {
                  if (row.<Long>getAs("id") == ROWS / 2 && Files.notExists(Path.of(name))) {
                    Files.createFile(Path.of(name));
                    Runtime.getRuntime().halt(1);
                  }
                  return true;
                });
    assertSameTotals(dangerous);
    assertTrue(Files.exists(lost));
  }

  @Test
  void aSpeculativeTaskCountsOnce() throws Exception {
    Path second = folder.resolve("second");
    String name = second.toString();
    Dataset<Row> slow =
        rows.filter(
            (FilterFunction<Row>)
                row -> {
                  if (row.<Long>getAs("id") == ROWS / 2) {
                    if (TaskContext.get().attemptNumber() == 0) {
                      Thread.sleep(Duration.ofMinutes(1));
                    } else {
                      Files.createFile(Path.of(name));
                    }
                  }
                  return true;
                });
    try (OtherHost _ = OtherHost.join(spark.sparkContext().getConf(), folder)) {
      assertSameTotals(slow);
    }
    assertTrue(Files.exists(second));
  }

  private static void assertSameTotals(Dataset<Row> dataset) throws IOException {
    EvaluationTotals totals =
        LossEvaluation.of(LOSS).classes(7).rowId("id").options(OPTIONS).evaluate(dataset);
    assertArrayEquals(sample.totals(LOSS, OPTIONS).toBytes(), totals.toBytes());
  }
}
