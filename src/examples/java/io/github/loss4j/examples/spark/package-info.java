// SPDX-License-Identifier: Apache-2.0
/** Programs that run on Apache Spark. */
@NullMarked
package io.github.loss4j.examples.spark;

import org.jspecify.annotations.NullMarked;
