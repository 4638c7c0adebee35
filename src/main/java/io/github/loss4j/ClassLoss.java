// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import org.jspecify.annotations.Nullable;

/** A loss whose targets can be labels: one class index per row. */
public sealed interface ClassLoss extends Loss permits CrossEntropyLoss, NLLLoss {

  /**
   * The weights of the classes.
   *
   * @return of shape (C) and the arithmetic type of the input; null for 1
   */
  @Nullable Tensor weight();

  /**
   * The label of rows that do not count.
   *
   * @return any long; a valid class too
   */
  long ignoreIndex();
}
