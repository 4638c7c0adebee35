// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.DType;
import io.github.loss4j.cli.BenchOperation;
import io.github.loss4j.cli.BenchShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is measured in one JVM. */
enum Run {
  /** Beside libtorch and ONNX Runtime, with their defaults. */
  PEERS,
  /** The same, where libtorch asks for huge pages, and so does whoever calls malloc. */
  HUGE_PAGES,
  /** Beside DJL, which brings a libtorch of its own. */
  DJL,
  /** Beside a loop that promises nothing. */
  PROMISE,
  /** The same with one thread each. */
  PROMISE_ONE_THREAD,
  /** Over the number of rows, then over that of classes. */
  LINEAR;

  /** Beyond the shapes of {@code loss4j bench}: small calls. */
  static final List<BenchShape> SMALL = List.of(BenchShape.of(1, 10), BenchShape.of(32, 1000));

  /** A sample of the table, since DJL takes its time. */
  private static final List<BenchShape> SHAPES_OF_DJL =
      List.of(BenchShape.of(8192, 50257), BenchShape.of(1_000_000, 10), BenchShape.of(65536, 1000));

  private static final BenchShape USUAL = BenchShape.of(4096, 50257);
  private static final BenchShape IN_CACHE = BenchShape.of(32, 4096);

  /** Where shapes are drawn over rows, each has so many classes, and the other way round. */
  static final long CLASSES = 1000;

  static final long ROWS = 64;

  private static final List<Long> SIZES =
      List.of(10L, 32L, 100L, 316L, 1000L, 3162L, 10_000L, 31_623L, 100_000L, 262_144L);

  /** libtorch needs five times the input's memory for a gradient. */
  private static final long MOST_BYTES_BACKWARD = 1L << 29;

  record Case(BenchOperation operation, boolean backward, DType dtype, BenchShape shape) {
    /** Such as {@code cross_entropy forward F32 8192x50257}. */
    @Override
    public String toString() {
      return Measurement.label(operation.label(), backward, dtype.name(), shape.toString());
    }

    private long bytes() {
      return shape.size() * dtype.bytes();
    }

    /** With fewer rows, if it would take more memory than it may. */
    private Case within(long bytes) {
      long rows = shape.extents().getFirst();
      while (rows > 1
          && rows * (shape.size() / shape.extents().getFirst()) * dtype.bytes() > bytes) {
        rows /= 2;
      }
      List<Long> extents = new ArrayList<>(shape.extents());
      extents.set(0, rows);
      return new Case(operation, backward, dtype, new BenchShape(extents));
    }
  }

  int threads() {
    return this == PROMISE_ONE_THREAD ? 1 : Runtime.getRuntime().availableProcessors();
  }

  Map<String, String> environment() {
    return this == HUGE_PAGES
        ? Map.of("THP_MEM_ALLOC_ENABLE", "1", "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1")
        : Map.of();
  }

  /** Those that are here; libtorch before pocl, as both bring an LLVM. */
  List<Peer> peers() {
    return names().stream().filter(PeerName::usable).map(name -> name.open(threads())).toList();
  }

  private List<PeerName> names() {
    return switch (this) {
      case PEERS ->
          List.of(
              PeerName.MEMORY,
              PeerName.LIBTORCH,
              PeerName.ONNX_RUNTIME,
              PeerName.CPU,
              PeerName.OPENCL);
      case HUGE_PAGES -> List.of(PeerName.MEMORY, PeerName.LIBTORCH, PeerName.CPU);
      case DJL -> List.of(PeerName.MEMORY, PeerName.DJL, PeerName.CPU);
      case PROMISE, PROMISE_ONE_THREAD ->
          List.of(PeerName.MEMORY, PeerName.ANY_ORDER, PeerName.CPU);
      case LINEAR -> List.of(PeerName.MEMORY, PeerName.CPU, PeerName.OPENCL);
    };
  }

  /** The options of its JVM. */
  List<String> options() {
    return List.of(
        "--enable-native-access=ALL-UNNAMED",
        "--add-modules=jdk.incubator.vector",
        "-Xmx1g",
        "-Dloss4j.cpu.threads=" + threads());
  }

  /**
   * The cases.
   *
   * @param most the most bytes of an input
   */
  List<Case> cases(long most) {
    List<Case> cases = new ArrayList<>();
    switch (this) {
      case PEERS, HUGE_PAGES -> {
        // Pages are not huge where tensors are small.
        List<BenchShape> shapes = new ArrayList<>(this == PEERS ? SMALL : List.of());
        shapes.addAll(BenchShape.ALL);
        for (BenchShape shape : shapes) {
          addBoth(cases, BenchOperation.CROSS_ENTROPY, DType.F32, shape);
          addBoth(cases, BenchOperation.CROSS_ENTROPY, DType.BF16, shape);
        }
        for (BenchOperation operation : BenchOperation.values()) {
          if (operation != BenchOperation.CROSS_ENTROPY) {
            addBoth(cases, operation, DType.F32, BenchShape.of(512, 50257));
            addBoth(cases, operation, DType.F32, BenchShape.of(1_000_000, 10));
          }
        }
      }
      case DJL -> {
        List<BenchShape> shapes = new ArrayList<>(SMALL);
        shapes.addAll(SHAPES_OF_DJL);
        for (BenchShape shape : shapes) {
          addBoth(cases, BenchOperation.CROSS_ENTROPY, DType.F32, shape);
        }
      }
      case PROMISE, PROMISE_ONE_THREAD -> {
        for (BenchShape shape : List.of(IN_CACHE, USUAL)) {
          addBoth(cases, BenchOperation.CROSS_ENTROPY, DType.F32, shape);
        }
      }
      case LINEAR -> {
        for (long size : SIZES) {
          add(cases, BenchShape.of(size, CLASSES));
        }
        for (long size : SIZES) {
          add(cases, BenchShape.of(ROWS, size));
        }
      }
    }
    if (this == LINEAR) {
      return cases.stream().filter(c -> c.bytes() <= most).toList();
    }
    return cases.stream()
        .map(c -> c.within(c.backward() ? Math.min(most, MOST_BYTES_BACKWARD) : most))
        .distinct()
        .toList();
  }

  /** Those of {@link #LINEAR} that differ in their rows; one shape may be of both kinds. */
  static List<Measurement> overRows(List<Measurement> measured) {
    return measured.stream().filter(m -> m.classes() == CLASSES && m.rows() != ROWS).toList();
  }

  static List<Measurement> overClasses(List<Measurement> measured) {
    return measured.stream().filter(m -> m.rows() == ROWS).toList();
  }

  private static void addBoth(
      List<Case> cases, BenchOperation operation, DType dtype, BenchShape shape) {
    cases.add(new Case(operation, false, dtype, shape));
    cases.add(new Case(operation, true, dtype, shape));
  }

  private static void add(List<Case> cases, BenchShape shape) {
    cases.add(new Case(BenchOperation.CROSS_ENTROPY, false, DType.F32, shape));
  }
}
