// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.ClassMatrix;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DeviceMemory;
import io.github.loss4j.LinearRequest;
import io.github.loss4j.Loss;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.LossTotals;
import io.github.loss4j.Normalization;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.RowStatistic;
import io.github.loss4j.Tensor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Several devices as one: the rows of an evaluation are shared out among them, each getting as many
 * as it was fast enough for the last time. The results have the same bits as those of one device.
 *
 * <p>Shared out are losses of reduction {@link Reduction#NONE} without gradients, which is what an
 * {@link Evaluation} asks for; all else is computed by the first device. For use by one thread.
 */
public final class DeviceGroup implements LossSession {
  private final List<LossSession> sessions;
  private final double[] rowsPerNano;
  private final ExecutorService threads;

  /**
   * A group of devices.
   *
   * @param sessions one for each device, at least one; closing the group closes them
   */
  public DeviceGroup(List<LossSession> sessions) {
    this.sessions = List.copyOf(sessions);
    rowsPerNano = new double[sessions.size()];
    threads =
        Executors.newFixedThreadPool(
            sessions.size(), Thread.ofPlatform().daemon().name("loss4j-device-", 0).factory());
  }

  private LossSession first() {
    return sessions.getFirst();
  }

  @Override
  public LossResult evaluate(Loss loss, Tensor input, Tensor target, Request request) {
    if (sessions.size() == 1 || !isShared(loss, input, target, request)) {
      return first().evaluate(loss, input, target, request);
    }
    List<CompletableFuture<LossResult>> parts = new ArrayList<>();
    long[] shares = shares(input.extent(0));
    long from = 0;
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] > 0) {
        int device = i;
        Tensor rows = input.slice(from, shares[i]);
        Tensor targets = target.slice(from, shares[i]);
        Request part = request.withFirstRow(request.firstRow() + from * rowsPerIndex(input));
        parts.add(
            CompletableFuture.supplyAsync(
                () -> evaluate(device, loss, rows, targets, part), threads));
        from += shares[i];
      }
    }
    return joined(loss, input, results(parts));
  }

  private static boolean isShared(Loss loss, Tensor input, Tensor target, Request request) {
    return loss instanceof ClassLoss
        && loss.reduction() == Reduction.NONE
        && request.inputGradient() == null
        && request.targetGradient() == null
        && request.upstream() == null
        && input.rank() > 1
        && input.size() > 0
        && target.rank() > 0
        && target.extent(0) == input.extent(0);
  }

  private static long rowsPerIndex(Tensor input) {
    return input.size() / input.extent(0) / input.extent(1);
  }

  /** By the speed of the last time; equal at first. */
  private long[] shares(long count) {
    double total = 0;
    for (double speed : rowsPerNano) {
      total += speed;
    }
    long[] shares = new long[rowsPerNano.length];
    long left = count;
    for (int i = 0; i < shares.length - 1; i++) {
      double share = total > 0 ? rowsPerNano[i] / total : 1.0 / shares.length;
      // One at least, so that its speed is measured again.
      shares[i] = Math.clamp(Math.round(count * share), Math.min(1, left), left);
      left -= shares[i];
    }
    shares[shares.length - 1] = left;
    return shares;
  }

  private LossResult evaluate(int device, Loss loss, Tensor input, Tensor target, Request request) {
    long start = System.nanoTime();
    LossResult result = sessions.get(device).evaluate(loss, input, target, request);
    rowsPerNano[device] = (double) input.extent(0) / Math.max(1, System.nanoTime() - start);
    return result;
  }

  /** All results; if some failed, the failure of the first rows, once all have ended. */
  private static List<LossResult> results(List<CompletableFuture<LossResult>> parts) {
    List<LossResult> results = new ArrayList<>();
    Throwable failure = null;
    for (CompletableFuture<LossResult> part : parts) {
      try {
        results.add(part.join());
      } catch (CompletionException e) {
        failure = failure == null ? e.getCause() : failure;
      }
    }
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
    return results;
  }

  private static LossResult joined(Loss loss, Tensor input, List<LossResult> parts) {
    long[] shape = ClassLoss.rowShape(input);
    LossTotals totals = new LossTotals(loss);
    parts.forEach(part -> totals.merge(part.totals()));
    Map<RowStatistic, Tensor> statistics = new EnumMap<>(RowStatistic.class);
    for (RowStatistic statistic : parts.getFirst().statistics().keySet()) {
      statistics.put(
          statistic, joined(shape, parts.stream().map(part -> part.statistic(statistic)).toList()));
    }
    return new LossResult(
        joined(shape, parts.stream().map(LossResult::loss).toList()),
        totals,
        names(parts.stream().map(LossResult::backend).toList()),
        names(parts.stream().map(LossResult::device).toList()),
        statistics);
  }

  private static Tensor joined(long[] shape, List<Tensor> parts) {
    Tensor whole = Tensor.allocate(parts.getFirst().dtype(), shape);
    long from = 0;
    for (Tensor part : parts) {
      whole.slice(from, part.extent(0)).copyFrom(part);
      from += part.extent(0);
    }
    return whole;
  }

  private static String names(List<String> names) {
    return names.stream().distinct().collect(Collectors.joining(" + "));
  }

  @Override
  public LossResult linearCrossEntropy(
      CrossEntropyLoss loss,
      Tensor hidden,
      ClassMatrix classes,
      Tensor target,
      LinearRequest request) {
    return first().linearCrossEntropy(loss, hidden, classes, target, request);
  }

  @Override
  public void apply(Normalization function, Tensor input, Tensor output) {
    first().apply(function, input, output);
  }

  @Override
  public void gradient(
      Normalization function, Tensor input, @Nullable Tensor upstream, Tensor gradient) {
    first().gradient(function, input, upstream, gradient);
  }

  @Override
  public DeviceMemory memory(long bytes) {
    return first().memory(bytes);
  }

  @Override
  public String backend() {
    return names(sessions.stream().map(LossSession::backend).toList());
  }

  @Override
  public String device() {
    return names(sessions.stream().map(LossSession::device).toList());
  }

  @Override
  public void close() {
    threads.close();
    sessions.forEach(LossSession::close);
  }
}
