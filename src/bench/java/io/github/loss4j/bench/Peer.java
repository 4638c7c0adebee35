// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.cli.BenchInputs;

/** A library that computes losses, or something to compare them with. */
interface Peer extends AutoCloseable {
  /** As tables have it. */
  String label();

  /** Whether it has the operation, for inputs of this type and shape. */
  boolean takes(BenchInputs inputs);

  /** Wraps the memory of the inputs, which is not copied. */
  Computation prepare(BenchInputs inputs);

  @Override
  void close();

  /** A computation that can be repeated. */
  interface Computation extends AutoCloseable {
    /** Computes once, and returns the loss; NaN if there is none. */
    double compute();

    @Override
    default void close() {}
  }
}
