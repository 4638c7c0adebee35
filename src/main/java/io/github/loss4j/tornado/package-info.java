// SPDX-License-Identifier: Apache-2.0
/**
 * Computes through TornadoVM, which compiles Java for GPUs. This package has the face of it; what
 * needs TornadoVM's API is in {@code src/tornado}, which only a build with that API compiles.
 */
@NullMarked
package io.github.loss4j.tornado;

import org.jspecify.annotations.NullMarked;
