// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongToDoubleFunction;

/** Threads that share some work. */
final class Threads implements AutoCloseable {
  private final int count;
  private final ExecutorService pool;

  Threads(int count) {
    this.count = count;
    pool = Executors.newFixedThreadPool(count);
  }

  /** The sum of what the parts yield, in any order; the caller alone does a single part. */
  double sum(long parts, LongToDoubleFunction part) {
    AtomicLong next = new AtomicLong();
    if (parts == 1 || count == 1) {
      return some(next, parts, part);
    }
    List<Future<Double>> sums = new ArrayList<>();
    for (int thread = 0; thread < count; thread++) {
      sums.add(pool.submit(() -> some(next, parts, part)));
    }
    double sum = 0;
    try {
      for (Future<Double> each : sums) {
        sum += each.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return sum;
  }

  private static double some(AtomicLong next, long parts, LongToDoubleFunction part) {
    double sum = 0;
    for (long at = next.getAndIncrement(); at < parts; at = next.getAndIncrement()) {
      sum += part.applyAsDouble(at);
    }
    return sum;
  }

  @Override
  public void close() {
    pool.close();
  }
}
