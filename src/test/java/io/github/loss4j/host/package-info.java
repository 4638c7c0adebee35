// SPDX-License-Identifier: Apache-2.0
/** Tests of the host layer, and what other tests share: references, random tensors, kernels. */
@NullMarked
package io.github.loss4j.host;

import org.jspecify.annotations.NullMarked;
