// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import io.github.loss4j.eval.Evaluation;
import io.github.loss4j.eval.EvaluationListener;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.SegmentScore;
import io.github.loss4j.io.BatchReader;
import io.github.loss4j.io.InvalidFileException;
import io.github.loss4j.io.Mapping;
import io.github.loss4j.io.NpyFile;
import io.github.loss4j.io.TensorWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files through an evaluation, and what becomes of their rows and segments into files. */
final class EvalRun implements EvaluationListener, AutoCloseable {
  private static final double NANOS_PER_SECOND = 1e9;

  private final EvalSources sources;
  private final Evaluation evaluation;
  private final Progress progress;
  private final @Nullable TensorWriter losses;
  private final @Nullable SegmentTable segments;
  private String backend;
  private String device;
  private long nanos;

  EvalRun(
      EvalSources sources,
      LossSession session,
      ClassLoss loss,
      EvaluationOptions options,
      Progress progress,
      @Nullable Path perRow,
      @Nullable Path perSegment)
      throws IOException {
    this.sources = sources;
    this.progress = progress;
    this.backend = session.backend();
    this.device = session.device();
    this.evaluation = new Evaluation(session, loss, sources.classes(), options, this);
    this.losses = perRow == null ? null : NpyFile.create(perRow, DType.F32, sources.rows());
    this.segments = perSegment == null ? null : new SegmentTable(perSegment);
  }

  /** Evaluates all rows, but for those before the checkpoint. */
  EvaluationTotals run(@Nullable CheckpointFile checkpoint) throws IOException {
    long start = System.nanoTime();
    try {
      if (checkpoint != null) {
        checkpoint.restore(evaluation);
        progress.add(evaluation.nextRow());
      }
      if (sources.divisible()) {
        runBatches(checkpoint);
      } else {
        runAsAWhole();
      }
      EvaluationTotals totals = evaluation.finish();
      nanos = System.nanoTime() - start;
      if (segments != null) {
        segments.complete();
      }
      return totals;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void runBatches(@Nullable CheckpointFile checkpoint) throws IOException {
    long from = evaluation.nextRow() / sources.rowsPerIndex();
    // Of a mapped file that is cut short Java code can tell; native code ends the process.
    Mapping mapping = backend.equals("cpu") ? Mapping.ANY : Mapping.UNCHANGING;
    try (BatchReader batches = sources.batches(from, mapping)) {
      for (List<Tensor> batch = batches.next(); batch != null; batch = batches.next()) {
        append(batch, batches);
        if (checkpoint != null) {
          checkpoint.write(evaluation);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the evaluation was interrupted");
    }
  }

  private void append(List<Tensor> batch, BatchReader batches) throws InvalidFileException {
    try {
      append(batch);
    } catch (InternalError e) {
      batches.requireReadable();
      throw e;
    }
  }

  private void runAsAWhole() throws IOException {
    try (Arena arena = Arena.ofShared()) {
      append(sources.all(arena));
    }
  }

  private void append(List<Tensor> batch) {
    evaluation.append(batch.get(0), batch.get(1), batch.size() > 2 ? batch.get(2) : null);
  }

  @Override
  public void evaluated(LossResult batch) {
    backend = batch.backend();
    device = batch.device();
    progress.add(batch.totals().rows());
    try {
      if (losses != null) {
        losses.append(asFloats(batch.loss()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor asFloats(Tensor losses) {
    return losses.dtype() == DType.F32
        ? losses.reshape(losses.size())
        : Tensor.of(losses.toFloatArray(), losses.size());
  }

  @Override
  public void completed(SegmentScore segment) {
    try {
      if (segments != null) {
        segments.add(segment);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The backend that computed: the session's, or the one it turned to for a type it lacks. */
  String backend() {
    return backend;
  }

  String device() {
    return device;
  }

  /** What reading and computing took together, without opening files and devices. */
  double seconds() {
    return nanos / NANOS_PER_SECOND;
  }

  @Override
  public void close() throws IOException {
    try (losses;
        segments) {
      progress.close();
    }
  }
}
