// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.DType;
import io.github.loss4j.host.Rows;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One launch of a kernel file that follows kernels/operation.clh.
 *
 * @param file the kernel file
 * @param options what it is compiled with, but for the launch's shape
 * @param rows the layout of the input
 * @param elementBytes the size of an element of it
 * @param arithmetic F32 or F64
 * @param dots how many sums over the classes it needs, the kernel's DOTS
 * @param scan whether it needs what kernels/scan.clh finds
 * @param writesElements whether it writes one result per class
 * @param input the input
 * @param operands the kernel's arguments after the input
 */
record RowOperation(
    String file,
    String options,
    Rows rows,
    int elementBytes,
    DType arithmetic,
    int dots,
    boolean scan,
    boolean writesElements,
    ClView input,
    List<@Nullable Object> operands) {}
