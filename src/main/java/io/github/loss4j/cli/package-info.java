// SPDX-License-Identifier: Apache-2.0
/**
 * The command line: {@code loss4j eval}, {@code loss4j devices} and {@code loss4j verify}. Nothing
 * here is meant to be called from other programs.
 */
@NullMarked
package io.github.loss4j.cli;

import org.jspecify.annotations.NullMarked;
