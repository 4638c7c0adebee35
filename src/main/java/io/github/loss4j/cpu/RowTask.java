// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/** One kernel's work on one row. An instance keeps scratch memory, so each thread has its own. */
@FunctionalInterface
interface RowTask {
  void compute(long row);
}
