/**
 * The backend in plain Java: it serves everywhere, and it is the oracle that every other backend is
 * compared with, bit for bit.
 *
 * <p>What is computed once per row is written once, over {@code double} variables that hold values
 * of the arithmetic type; what is computed once per element is written per type, in {@link
 * io.github.loss4j.cpu.FloatArithmetic} and {@link io.github.loss4j.cpu.DoubleArithmetic}.
 */
@NullMarked
package io.github.loss4j.cpu;

import org.jspecify.annotations.NullMarked;
