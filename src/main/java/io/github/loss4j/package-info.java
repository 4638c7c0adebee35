/**
 * Classification losses on GPUs and CPUs: what a program imports.
 *
 * <p>A {@linkplain io.github.loss4j.Loss loss} says what is computed, a {@linkplain
 * io.github.loss4j.LossBackend backend} where, and a {@linkplain io.github.loss4j.LossSession
 * session} does it.
 */
@NullMarked
package io.github.loss4j;

import org.jspecify.annotations.NullMarked;
