// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.DType;
import io.github.loss4j.cli.BenchInputs;
import io.github.loss4j.cli.BenchOperation;
import io.github.loss4j.cli.BenchShape;
import java.lang.foreign.Arena;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One operation of one library, in a JVM that does nothing else. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 8, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class LossBenchmark {
  private final BenchOperation operation;
  private final Arena arena = Arena.ofShared();
  private @Nullable Peer opened;
  private Peer.@Nullable Computation computation;

  /** A {@link PeerName}. */
  @Param({"CPU", "LIBTORCH"})
  public String peer = "";

  /** As {@code loss4j bench --shape} has it. */
  @Param({"1x10", "32x1000"})
  public String shape = "";

  /** Whether with the gradient. */
  @Param({"false", "true"})
  public boolean backward;

  /** A {@link DType}. */
  @Param("F32")
  public String dtype = "";

  LossBenchmark(BenchOperation operation) {
    this.operation = operation;
  }

  /** Opens the peer and fills the tensors. */
  @Setup
  public void prepare() {
    BenchShape parsed = BenchShape.parse(shape);
    BenchInputs inputs =
        BenchInputs.allocate(arena, operation, backward, DType.valueOf(dtype), parsed);
    opened = PeerName.valueOf(peer).open(Runtime.getRuntime().availableProcessors());
    if (!opened.takes(inputs)) {
      throw new IllegalArgumentException(peer + " does not have " + operation);
    }
    computation = opened.prepare(inputs);
  }

  /** Computes once. */
  @Benchmark
  public double compute() {
    return Objects.requireNonNull(computation).compute();
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    Objects.requireNonNull(computation).close();
    Objects.requireNonNull(opened).close();
    arena.close();
  }
}
