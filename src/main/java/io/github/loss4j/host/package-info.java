/**
 * The host layer: what must be true on every backend, each thing in one place. It checks the
 * inputs, cuts them into pieces, hands rows to a backend's {@linkplain
 * io.github.loss4j.host.RowKernels kernels} and reduces what they return.
 */
@NullMarked
package io.github.loss4j.host;

import org.jspecify.annotations.NullMarked;
