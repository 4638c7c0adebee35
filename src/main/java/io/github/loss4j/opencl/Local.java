// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

/**
 * A kernel argument that is local memory: shared by a work-group, gone when it ends.
 *
 * @param bytes per work-group; more than 0
 */
record Local(long bytes) {}
