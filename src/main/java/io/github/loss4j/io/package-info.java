// SPDX-License-Identifier: Apache-2.0
/**
 * Tensors in files: {@code .npy} and {@code .safetensors}, memory-mapped, of any size.
 *
 * <p>{@link io.github.loss4j.io.TensorFiles} reads either format; {@link
 * io.github.loss4j.io.NpyFile} and {@link io.github.loss4j.io.SafetensorsFile} also write. Nothing
 * in a file is trusted: whatever is wrong with one ends in an {@link
 * io.github.loss4j.io.InvalidFileException} of one line.
 *
 * <p>A mapped file must keep its length while its tensors are in use: memory behind the end of a
 * file that someone else truncated cannot be read, and the virtual machine reports that as an
 * {@link java.lang.InternalError}.
 */
@NullMarked
package io.github.loss4j.io;

import org.jspecify.annotations.NullMarked;
