// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import org.apache.spark.sql.SparkSession;

/**
 * Spark in this JVM, for all tests that need no more: two tasks at a time, each with three tries.
 */
final class LocalSpark {
  private LocalSpark() {}

  static SparkSession session() {
    return quiet(SparkSession.builder().master("local[2,3]")).getOrCreate();
  }

  /** Without what tests do not look at. */
  static SparkSession.Builder quiet(SparkSession.Builder builder) {
    return builder
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 3)
        .config("spark.sql.catalogImplementation", "in-memory")
        .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir"));
  }
}
