// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.RowStatistic;
import io.github.loss4j.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The evaluation of any number of rows: batches come in, totals of a fixed size come out, and do
 * not depend on how the rows were divided into batches. Not safe for use by several threads;
 * several evaluations may share a session, and their totals merge.
 *
 * {@snippet file="io/github/loss4j/eval/EvaluationTest.java" region="evaluation"}
 */
public final class Evaluation {
  /** Enough to keep every core or a GPU busy, little enough to fit beside others in its memory. */
  private static final long BATCH_BYTES = 64L << 20;

  private static final String CHECKPOINT = "loss4j checkpoint 1";

  private final LossSession session;
  private final ClassLoss loss;
  private final int classes;
  private final Set<Metric> metrics;
  private final EvaluationListener listener;
  private final EvaluationTotals totals;
  private final SegmentRun segment = new SegmentRun();
  private final RowBuffer rows;
  private long nextRow;

  /**
   * An evaluation of nothing yet.
   *
   * @param session what computes; it stays the caller's to close
   * @param loss what is evaluated; its reduction does not matter
   * @param classes how many classes the logits have
   * @param options what to keep of the rows
   * @param listener who wants to know more
   * @throws InvalidInputException if a metric is of cross-entropy only and the loss is another
   */
  public Evaluation(
      LossSession session,
      ClassLoss loss,
      int classes,
      EvaluationOptions options,
      EvaluationListener listener) {
    this.session = session;
    this.loss = loss.withReduction(Reduction.NONE);
    this.classes = classes;
    this.metrics = options.metrics();
    this.listener = listener;
    this.totals = new EvaluationTotals(loss, classes, options);
    this.rows = new RowBuffer(classes, metrics.contains(Metric.SEGMENTS));
    for (Metric metric : metrics) {
      if (!metric.statistics().isEmpty() && !(loss instanceof CrossEntropyLoss)) {
        throw new InvalidInputException(
            "the metric %s is of CrossEntropyLoss only, but the loss is %s"
                .formatted(metric.name(), loss.getClass().getSimpleName()));
      }
    }
  }

  /**
   * An evaluation of nothing yet.
   *
   * @param session what computes; it stays the caller's to close
   * @param loss what is evaluated; its reduction does not matter
   * @param classes how many classes the logits have
   * @param options what to keep of the rows
   * @throws InvalidInputException if a metric is of cross-entropy only and the loss is another
   */
  public Evaluation(LossSession session, ClassLoss loss, int classes, EvaluationOptions options) {
    this(session, loss, classes, options, EvaluationListener.NONE);
  }

  /**
   * Says what the next row is called, in messages and among the worst rows: for rows that are part
   * of more.
   *
   * @param row its index, 0 if this is never called
   */
  public void startAt(long row) {
    flush();
    nextRow = row;
  }

  /**
   * Evaluates rows. Tensors of any size may be given, such as mapped files: they are evaluated in
   * batches, ranges of their first axis.
   *
   * @param logits what the loss takes: shape (C), (N, C) or (N, C, d<sub>1</sub>, …, d<sub>k</sub>)
   * @param targets labels of the rows' shape, or probabilities of the logits' shape
   * @throws InvalidInputException if they do not fit the loss, the classes or the metrics; batches
   *     before the one with the fault were added
   */
  public void append(Tensor logits, Tensor targets) {
    append(logits, targets, null);
  }

  /**
   * Evaluates rows of segments. The rows of a segment are adjacent: a row of another id begins
   * another segment.
   *
   * @param logits what the loss takes: shape (C), (N, C) or (N, C, d<sub>1</sub>, …, d<sub>k</sub>)
   * @param targets labels of the rows' shape
   * @param segments integers of the rows' shape; null without {@link Metric#SEGMENTS}
   * @throws InvalidInputException if they do not fit the loss, the classes or the metrics; batches
   *     before the one with the fault were added
   */
  public void append(Tensor logits, Tensor targets, @Nullable Tensor segments) {
    flush();
    check(logits, targets, segments);
    if (!divisible(logits, targets)) {
      evaluate(logits, targets, segments, inOrder());
      return;
    }
    long bytesPerIndex = logits.size() / logits.extent(0) * logits.dtype().bytes();
    long most = Math.max(1, BATCH_BYTES / bytesPerIndex);
    for (long from = 0; from < logits.extent(0); from += most) {
      long count = Math.min(most, logits.extent(0) - from);
      evaluate(
          logits.slice(from, count),
          targets.slice(from, count),
          segments == null ? null : segments.slice(from, count),
          inOrder());
    }
  }

  /**
   * Evaluates a row, together with others, later: those that were not evaluated yet are when there
   * are enough for a batch, when {@link #totals()} are asked for, and before a tensor is appended.
   *
   * @param row one logit per class, which is copied
   * @param target the label
   * @throws InvalidInputException if the row has another length, the label is no class and not the
   *     ignored one, or the metrics need segments
   */
  public void append(float[] row, long target) {
    append(MemorySegment.ofArray(row), DType.F32, target);
  }

  /**
   * Evaluates a row, together with others, later.
   *
   * @param row one logit per class, little-endian, which is copied
   * @param dtype of the logits
   * @param target the label
   * @throws InvalidInputException if the row has another length, the label is no class and not the
   *     ignored one, or the metrics need segments
   */
  public void append(MemorySegment row, DType dtype, long target) {
    if (metrics.contains(Metric.SEGMENTS)) {
      throw new InvalidInputException(
          "the metric SEGMENTS needs the segment of row %d".formatted(nextRow()));
    }
    append(row, dtype, target, 0);
  }

  /**
   * Evaluates a row of a segment, together with others, later.
   *
   * @param row one logit per class, little-endian, which is copied
   * @param dtype of the logits
   * @param target the label
   * @param segmentId the id of the row's segment
   * @throws InvalidInputException if the row has another length, or the label is no class and not
   *     the ignored one
   */
  public void append(MemorySegment row, DType dtype, long target, long segmentId) {
    append(row, dtype, target, segmentId, nextRow());
  }

  /**
   * Evaluates a row of a segment, together with others, later: a row that has a name of its own,
   * such as a key in a database, where rows are in no order that counting could name them by.
   *
   * @param row one logit per class, little-endian, which is copied
   * @param dtype of the logits
   * @param target the label
   * @param segmentId the id of the row's segment; any without {@link Metric#SEGMENTS}
   * @param index what the row is called in messages and among the worst rows
   * @throws InvalidInputException if the row has another length, or the label is no class and not
   *     the ignored one
   */
  public void append(MemorySegment row, DType dtype, long target, long segmentId, long index) {
    if (row.byteSize() != (long) classes * dtype.bytes()) {
      throw new InvalidInputException(
          "row %d has %d bytes; %d classes of %s have %d"
              .formatted(index, row.byteSize(), classes, dtype, (long) classes * dtype.bytes()));
    }
    if ((target < 0 || target >= classes) && target != loss.ignoreIndex()) {
      throw new InvalidInputException(
          "row %d has label %d; expected 0 to %d, or %d for a row that is ignored"
              .formatted(index, target, classes - 1, loss.ignoreIndex()));
    }
    if (!rows.takes(dtype)) {
      flush();
    }
    rows.add(row, dtype, target, segmentId, index);
  }

  private void flush() {
    if (rows.count() > 0) {
      evaluate(rows.logits(), rows.targets(), rows.segments(), rows.indices());
      rows.clear();
    }
  }

  private void check(Tensor logits, Tensor targets, @Nullable Tensor segments) {
    long found = logits.extent(ClassLoss.classAxis(logits));
    if (found != classes) {
      throw new InvalidInputException(
          "the logits have %d classes, but the evaluation is of %d".formatted(found, classes));
    }
    for (Metric metric : metrics) {
      if (metric.needsLabels() && targets.dtype().isFloating()) {
        throw new InvalidInputException(
            "the metric %s is of labels, but the targets are probabilities"
                .formatted(metric.name()));
      }
    }
    if (metrics.contains(Metric.SEGMENTS) != (segments != null)) {
      throw new InvalidInputException(
          segments == null
              ? "the metric SEGMENTS needs the segments of the rows"
              : "there are segments, but the metric SEGMENTS was not requested");
    }
    if (segments != null
        && !(segments.dtype().isInteger()
            && Arrays.equals(segments.shape(), ClassLoss.rowShape(logits)))) {
      throw new InvalidInputException(
          "the segments are %s; expected integers of shape %s, one per row"
              .formatted(segments, Arrays.toString(ClassLoss.rowShape(logits))));
    }
  }

  /**
   * Whether there is a first axis to divide. Types and shapes that a session refuses are not
   * divided either: its refusal then names the shapes that the caller knows.
   */
  private static boolean divisible(Tensor logits, Tensor targets) {
    return logits.rank() > 1
        && logits.size() > 0
        && logits.dtype().isFloating()
        && (Arrays.equals(targets.shape(), logits.shape())
            || Arrays.equals(targets.shape(), ClassLoss.rowShape(logits)));
  }

  /** The next rows are called what they are counted as. */
  private IntToLongFunction inOrder() {
    long first = nextRow;
    return row -> first + row;
  }

  private void evaluate(
      Tensor logits, Tensor targets, @Nullable Tensor segments, IntToLongFunction indices) {
    boolean labels = !targets.dtype().isFloating();
    LossResult result = session.evaluate(loss, logits, targets, request(labels));
    RowBatch batch = new RowBatch(result, indices, labels ? targets : null, loss.ignoreIndex());
    totals.add(batch);
    if (segments != null) {
      Tensor ids = segments.toHost();
      for (int row = 0; row < batch.count(); row++) {
        segment.add(ids.getLong(row), batch, row, this::complete);
      }
    }
    nextRow += batch.count();
    listener.evaluated(result);
  }

  private Request request(boolean labels) {
    Set<RowStatistic> statistics = EnumSet.noneOf(RowStatistic.class);
    metrics.forEach(metric -> statistics.addAll(metric.statistics()));
    if (labels && loss instanceof CrossEntropyLoss crossEntropy && !isNll(crossEntropy)) {
      statistics.add(RowStatistic.NLL);
    }
    Request request =
        Request.LOSS.withFirstRow(nextRow).withStatistics(statistics.toArray(RowStatistic[]::new));
    return metrics.contains(Metric.ACCURACY) ? request.withAccuracy() : request;
  }

  /** Whether the loss itself is the negative log-likelihood. */
  private static boolean isNll(CrossEntropyLoss loss) {
    return loss.weight() == null && loss.labelSmoothing() == 0 && loss.zLoss() == 0;
  }

  private void complete(SegmentScore score) {
    totals.add(score);
    listener.completed(score);
  }

  /**
   * All that is needed to go on later, in another process: with an evaluation of the same loss,
   * classes and options that {@link #restore} was called of, the rows from {@link #nextRow()} on
   * give the same totals as without interruption.
   *
   * @param inputs what the rows are from, as names and values, which only restoring compares
   * @return some hundred bytes more than the totals have
   */
  public byte[] checkpoint(SortedMap<String, String> inputs) {
    flush();
    return TotalsBytes.write(CHECKPOINT, described(inputs), this::exchange);
  }

  /**
   * Goes on from a checkpoint, in place of what was evaluated so far.
   *
   * @param checkpoint as {@link #checkpoint} gave it
   * @param inputs what the rows are from
   * @throws InvalidTotalsException if it is damaged, or of another evaluation or other inputs;
   *     nothing has changed
   */
  public void restore(byte[] checkpoint, SortedMap<String, String> inputs) {
    TotalsBytes.read(
        CHECKPOINT,
        checkpoint,
        (found, form) -> {
          Parameters.requireSame(found, described(inputs));
          rows.clear();
          exchange(form);
          return this;
        });
  }

  private SortedMap<String, String> described(SortedMap<String, String> inputs) {
    SortedMap<String, String> described = new TreeMap<>(totals.parameters());
    inputs.forEach((name, value) -> described.put("input " + name, value));
    return described;
  }

  private void exchange(TotalsForm form) {
    nextRow = form.count("next_row", nextRow);
    form.group("segment", () -> segment.exchange(form));
    form.group("totals", () -> totals.exchange(form));
  }

  /**
   * The index of the row that comes next.
   *
   * @return how many rows there were, but for {@link #startAt}
   */
  public long nextRow() {
    return nextRow + rows.count();
  }

  /**
   * The totals over all rows that were appended so far, with the segments that are complete: all
   * but the one of the last row.
   *
   * @return a copy, which does not change any more
   */
  public EvaluationTotals totals() {
    flush();
    return totals.copy();
  }

  /**
   * The totals over all rows, with all segments: a row that is appended after that begins another.
   *
   * @return a copy, which does not change any more
   */
  public EvaluationTotals finish() {
    flush();
    segment.close(this::complete);
    return totals.copy();
  }
}
