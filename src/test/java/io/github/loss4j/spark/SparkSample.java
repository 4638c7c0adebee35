// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import io.github.loss4j.eval.Evaluation;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.Metric;
import io.github.loss4j.eval.Sample;
import io.github.loss4j.io.NpyFile;
import io.github.loss4j.io.TensorFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The same rows in a Parquet file, for Spark, and in .npy files, for an evaluation without it. */
final class SparkSample {
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("logits", DataTypes.createArrayType(DataTypes.FloatType))
          .add("doubles", DataTypes.createArrayType(DataTypes.DoubleType))
          .add("f32", DataTypes.BinaryType)
          .add("bf16", DataTypes.BinaryType)
          .add("f16", DataTypes.BinaryType)
          .add("target", DataTypes.IntegerType)
          .add("document", DataTypes.ShortType);

  private final Path folder;
  private final Sample sample;
  private final Tensor segments;

  /** Writes the .npy files: rows of seven classes. */
  SparkSample(Path folder, int rows) throws IOException {
    this.folder = folder;
    sample = new Sample(rows, 7, new Random(rows));
    segments = Tensor.of(new long[rows]);
    for (int row = 0; row < rows; row++) {
      segments.setLong(row, row / 3);
    }
    NpyFile.write(folder.resolve("logits.npy"), sample.logits());
    NpyFile.write(folder.resolve("targets.npy"), sample.labels());
  }

  Sample sample() {
    return sample;
  }

  int classes() {
    return sample.classes();
  }

  /** Writes the Parquet file and gives it back. */
  Dataset<Row> parquet(SparkSession spark) {
    String file = folder.resolve("rows.parquet").toString();
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < sample.rows(); row++) {
      rows.add(
          RowFactory.create(
              (long) row,
              sample.row(row),
              as(DType.F64, row).toDoubleArray(),
              bytes(as(DType.F32, row)),
              bytes(as(DType.BF16, row)),
              bytes(as(DType.F16, row)),
              (int) sample.label(row),
              (short) segments.getLong(row)));
    }
    spark.createDataFrame(rows, SCHEMA).write().parquet(file);
    return spark.read().parquet(file);
  }

  /** The logits of a row, rounded to a type. */
  private Tensor as(DType dtype, int row) {
    return as(dtype, sample.logits().slice(row, 1));
  }

  private static Tensor as(DType dtype, Tensor logits) {
    Tensor copy = Tensor.allocate(dtype, logits.shape());
    for (long i = 0; i < logits.size(); i++) {
      copy.setDouble(i, logits.getDouble(i));
    }
    return copy;
  }

  private static byte[] bytes(Tensor tensor) {
    return tensor.memory().toArray(ValueLayout.JAVA_BYTE);
  }

  /** The totals that an evaluation of the .npy files has. */
  EvaluationTotals totals(ClassLoss loss, EvaluationOptions options) throws IOException {
    return totals(loss, options, DType.F32);
  }

  /** The totals that an evaluation of the .npy files has, the logits being of that type. */
  EvaluationTotals totals(ClassLoss loss, EvaluationOptions options, DType dtype)
      throws IOException {
    try (Arena arena = Arena.ofShared();
        LossSession session = LossBackend.named("cpu").open()) {
      Evaluation evaluation = new Evaluation(session, loss, classes(), options);
      evaluation.append(
          as(dtype, TensorFiles.read(folder.resolve("logits.npy").toString(), arena)),
          TensorFiles.read(folder.resolve("targets.npy").toString(), arena),
          options.metrics().contains(Metric.SEGMENTS) ? segments : null);
      return evaluation.finish();
    }
  }
}
