// SPDX-License-Identifier: Apache-2.0
/**
 * Measures loss4j beside other libraries, on the same memory in the same JVM; the profile bench
 * compiles it, and {@link io.github.loss4j.bench.Performance} writes docs/performance.md.
 */
@NullMarked
package io.github.loss4j.bench;

import org.jspecify.annotations.NullMarked;
