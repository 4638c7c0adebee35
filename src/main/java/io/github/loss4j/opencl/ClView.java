// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import org.jocl.cl_mem;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that begins anywhere in a buffer, the TENSOR_PARAMETERS of kernels/element.clh.
 *
 * @param buffer null for no tensor
 * @param first the number of its first element in the buffer
 */
record ClView(@Nullable cl_mem buffer, long first) {
  /** Where a tensor is not given. */
  static final ClView NONE = new ClView(null, 0);
}
