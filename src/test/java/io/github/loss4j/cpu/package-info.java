// SPDX-License-Identifier: Apache-2.0
/** Tests of the Java backend: its arithmetic, and its kernels for the tests of the host layer. */
@NullMarked
package io.github.loss4j.cpu;

import org.jspecify.annotations.NullMarked;
