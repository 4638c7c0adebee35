// SPDX-License-Identifier: Apache-2.0
/**
 * Evaluation on Apache Spark 4.2: of a dataset that is spread over many machines, with the same
 * bits as on one.
 *
 * <p>{@link io.github.loss4j.spark.LossEvaluation} is the way in. Spark itself comes with the
 * cluster, and not with this library.
 */
@NullMarked
package io.github.loss4j.spark;

import org.jspecify.annotations.NullMarked;
