// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.Metric;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The evaluation of a dataset on Apache Spark. The totals have the same {@linkplain
 * EvaluationTotals#toBytes() bytes} as those of an {@link io.github.loss4j.eval.Evaluation} of the
 * same rows on one machine, for any partitions, shuffles, retries and speculative tasks.
 *
 * <p>Immutable: each method gives a new evaluation.
 *
 * {@snippet file="io/github/loss4j/spark/LossEvaluationTest.java" region="evaluate"}
 */
public final class LossEvaluation {
  private static final String SEGMENT = "segment";
  private static final List<DataType> INTEGERS =
      List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  private final ClassLoss loss;
  private final Columns columns;
  private final EvaluationOptions options;
  private final int classes;
  private final String backend;

  private LossEvaluation(
      ClassLoss loss, Columns columns, EvaluationOptions options, int classes, String backend) {
    this.loss = loss;
    this.columns = columns;
    this.options = options;
    this.classes = classes;
    this.backend = backend;
  }

  /**
   * An evaluation of the columns {@code logits} and {@code target}.
   *
   * @param loss what to evaluate; its reduction does not matter
   * @return an evaluation with the default options
   */
  public static LossEvaluation of(ClassLoss loss) {
    Columns columns = new Columns("logits", "target", null, null, DType.F32);
    return new LossEvaluation(loss, columns, EvaluationOptions.DEFAULT, 0, ExecutorSessions.AUTO);
  }

  private LossEvaluation with(Columns other) {
    return new LossEvaluation(loss, other, options, classes, backend);
  }

  /**
   * Names the column of the logits.
   *
   * @param column of {@code array<float>}, {@code array<double>} or binary, as long in every row
   * @return a new evaluation
   */
  public LossEvaluation logits(String column) {
    return with(columns.withLogits(column));
  }

  /**
   * Says what a binary column of logits holds: little-endian numbers.
   *
   * @param dtype F32, unless this is called, or F16, BF16 or F64
   * @return a new evaluation
   * @throws InvalidInputException if the type is not floating
   */
  public LossEvaluation dtype(DType dtype) {
    if (!dtype.isFloating()) {
      throw new InvalidInputException("logits are F64, F32, F16 or BF16, but not " + dtype);
    }
    return with(columns.withDtype(dtype));
  }

  /**
   * Names the column of the labels.
   *
   * @param column of any integral type
   * @return a new evaluation
   */
  public LossEvaluation targets(String column) {
    return with(columns.withTargets(column));
  }

  /**
   * Names the column that tells rows apart, for {@link Metric#WORST_ROWS} and in messages: where
   * rows lie in their partitions says nothing.
   *
   * @param column of any integral type
   * @return a new evaluation
   */
  public LossEvaluation rowId(String column) {
    return with(columns.withRowId(column));
  }

  /**
   * Names the column of the segments, for {@link Metric#SEGMENTS}. All rows of an id are one
   * segment, wherever they lie; the dataset is repartitioned for that.
   *
   * @param column of any integral type
   * @return a new evaluation
   */
  public LossEvaluation segments(String column) {
    return with(columns.withSegments(column));
  }

  /**
   * Says what to keep of the rows.
   *
   * @param newOptions metrics and more
   * @return a new evaluation
   */
  public LossEvaluation options(EvaluationOptions newOptions) {
    return new LossEvaluation(loss, columns, newOptions, classes, backend);
  }

  /**
   * Says how many classes there are; otherwise a job looks at the first row.
   *
   * @param count how many logits every row has
   * @return a new evaluation
   * @throws InvalidInputException if it is not positive
   */
  public LossEvaluation classes(int count) {
    if (count < 1) {
      throw new InvalidInputException("there is at least one class, not " + count);
    }
    return new LossEvaluation(loss, columns, options, count, backend);
  }

  /**
   * Says where to compute.
   *
   * @param name {@code auto}, unless this is called: on the GPU that Spark assigned to the task,
   *     {@code cpu} if it assigned none; or the name of a {@link io.github.loss4j.LossBackend},
   *     which then has to serve
   * @return a new evaluation
   */
  public LossEvaluation backend(String name) {
    return new LossEvaluation(loss, columns, options, classes, name);
  }

  /**
   * Evaluates all rows of a dataset. A row that cannot be evaluated fails the job: the cause of
   * Spark's exception then is an {@link InvalidInputException} that names the column and the row.
   *
   * @param dataset with the columns
   * @return the totals over all rows
   * @throws InvalidInputException if the dataset has no such columns, or what the options ask for
   *     needs others
   */
  public EvaluationTotals evaluate(Dataset<?> dataset) {
    checkOptions();
    LogitsType type = LogitsType.of(columns.logits(), type(dataset, columns.logits()));
    Dataset<Row> rows =
        dataset.select(
            functions.col(columns.logits()),
            integer(dataset, columns.targets()),
            integer(dataset, columns.segments()).as(SEGMENT),
            integer(dataset, columns.rowId()));
    if (columns.segments() != null) {
      Column segment = functions.col(SEGMENT);
      rows = rows.repartition(segment).sortWithinPartitions(segment);
    }
    PartitionWork work = work(dataset, type, columns, options);
    JavaRDD<byte[]> partitions =
        rows.queryExecution().toRdd().toJavaRDD().mapPartitions(work::totals);
    byte[] totals =
        dataset
            .sparkSession()
            .createDataset(partitions.rdd(), Encoders.BINARY())
            .select(new TotalsAggregator().toColumn())
            .head();
    return totals.length == 0
        ? new EvaluationTotals(loss, work.reader().classes(), options)
        : EvaluationTotals.ofBytes(totals);
  }

  /**
   * Adds a column with the negative log-likelihood of each row, or its loss if that is no
   * cross-entropy: the very bits that a session gives, as double; 0 for an ignored row. The order
   * of rows within partitions stays.
   *
   * <p>Spark evaluates when the result is used, and again each time: persist it, or write it.
   *
   * @param dataset with the columns of logits and labels, which are no fields of others
   * @param column the name of the new column
   * @return all columns of the dataset, and that one
   * @throws InvalidInputException if the dataset has no such columns, or has the new one already
   */
  public Dataset<Row> withNll(Dataset<?> dataset, String column) {
    Dataset<Row> rows = dataset.toDF();
    StructType schema = rows.schema();
    if (index(schema, column) >= 0) {
      throw new InvalidInputException("there is a column %s already".formatted(column));
    }
    int[] positions = {
      required(schema, columns.logits()),
      required(schema, columns.targets()),
      -1,
      columns.rowId() == null ? -1 : required(schema, columns.rowId())
    };
    integer(rows, columns.targets());
    integer(rows, columns.rowId());
    Columns read = columns.withSegments(null);
    LogitsType type = LogitsType.of(columns.logits(), type(rows, columns.logits()));
    PartitionWork work = work(rows, type, read, EvaluationOptions.DEFAULT);
    return rows.mapPartitions(
        (MapPartitionsFunction<Row, Row>) partition -> new RowsWithNll(partition, positions, work),
        Encoders.row(schema.add(column, DataTypes.DoubleType, false)));
  }

  private static int required(StructType schema, String column) {
    int index = index(schema, column);
    if (index < 0) {
      throw new InvalidInputException(
          "there is no column %s, but %s".formatted(column, List.of(schema.fieldNames())));
    }
    return index;
  }

  /** The index of a column, upper and lower case being the same unless there are both; or -1. */
  private static int index(StructType schema, String column) {
    List<String> names = List.of(schema.fieldNames());
    int index = names.indexOf(column);
    for (int i = 0; i < names.size() && index < 0; i++) {
      if (names.get(i).equalsIgnoreCase(column)) {
        index = i;
      }
    }
    return index;
  }

  private PartitionWork work(
      Dataset<?> dataset, LogitsType type, Columns read, EvaluationOptions kept) {
    int count = classes == 0 ? classesOfFirstRow(dataset, type) : classes;
    RowReader reader = new RowReader(read, type, count, loss.ignoreIndex());
    return new PartitionWork(SentLoss.of(loss), kept, backend, reader);
  }

  private void checkOptions() {
    if (options.metrics().contains(Metric.WORST_ROWS) && columns.rowId() == null) {
      throw new InvalidInputException(
          "the metric WORST_ROWS needs a column that names the rows, since where a row lies in its"
              + " partition changes from run to run; say which with rowId");
    }
    if (options.metrics().contains(Metric.SEGMENTS) != (columns.segments() != null)) {
      throw new InvalidInputException(
          columns.segments() == null
              ? "the metric SEGMENTS needs a column of segments; say which with segments"
              : "there is a column of segments, but the metric SEGMENTS was not requested");
    }
  }

  /** An integral column as long; 0 if it has no name. */
  private static Column integer(Dataset<?> dataset, @Nullable String column) {
    if (column == null) {
      return functions.lit(0L);
    }
    DataType type = type(dataset, column);
    if (!INTEGERS.contains(type)) {
      throw new InvalidInputException(
          "column %s is of type %s; expected tinyint, smallint, int or bigint"
              .formatted(column, type.sql()));
    }
    return functions.col(column).cast(DataTypes.LongType);
  }

  private static DataType type(Dataset<?> dataset, String column) {
    try {
      return dataset.select(functions.col(column)).schema().fields()[0].dataType();
    } catch (Exception e) {
      // Scala's exceptions are unchecked.
      if (e instanceof AnalysisException) {
        throw new InvalidInputException(
            "there is no column %s, but %s".formatted(column, List.of(dataset.columns())));
      }
      throw e;
    }
  }

  private int classesOfFirstRow(Dataset<?> dataset, LogitsType type) {
    Column logits = functions.col(columns.logits());
    Column length =
        type == LogitsType.BYTES ? functions.octet_length(logits) : functions.size(logits);
    Row first =
        dataset
            .select(functions.when(logits.isNotNull(), length.cast(DataTypes.IntegerType)))
            .takeAsList(1)
            .stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "the dataset has no rows to take the number of classes from; say it with"
                            + " classes"));
    if (first.isNullAt(0) || first.getInt(0) == 0) {
      throw new InvalidInputException(
          "column %s: %s in the first row"
              .formatted(columns.logits(), first.isNullAt(0) ? "null" : "no logits"));
    }
    int unit = type == LogitsType.BYTES ? columns.dtype().bytes() : 1;
    return Math.ceilDiv(first.getInt(0), unit);
  }
}
