// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import io.github.loss4j.Tensor;
import java.nio.file.Path;

/**
 * A mapped tensor, and where it lies.
 *
 * @param file the file
 * @param offset where its elements begin, in bytes from the beginning of the file
 * @param tensor the mapped tensor
 */
record LocatedTensor(Path file, long offset, Tensor tensor) {}
