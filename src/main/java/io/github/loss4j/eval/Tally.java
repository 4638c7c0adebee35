// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

/** What one metric keeps of the rows: of fixed size, and the same however rows are divided. */
interface Tally {
  /** Adds the rows of a batch. */
  void add(RowBatch rows);

  /** Adds what another tally of the same options keeps, which does not change. */
  void merge(Tally other);

  /** Writes its fields, or reads them. */
  void exchange(TotalsForm form);
}
