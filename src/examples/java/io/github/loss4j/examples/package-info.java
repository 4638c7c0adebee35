// SPDX-License-Identifier: Apache-2.0
/**
 * Small programs that use loss4j. {@code ./loss4j example NAME} at the top of the source tree runs
 * one from its source; the tests run them all.
 */
package io.github.loss4j.examples;
