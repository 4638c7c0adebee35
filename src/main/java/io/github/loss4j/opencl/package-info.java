/**
 * The OpenCL backend: the only package that imports JOCL.
 *
 * <p>{@link io.github.loss4j.opencl.OpenClBackend} finds devices, a context holds one of them with
 * its compiled programs, and a call owns the buffers and launches of one piece of work. {@link
 * io.github.loss4j.opencl.OpenClSession} computes in a context of the caller's own.
 */
@NullMarked
package io.github.loss4j.opencl;

import org.jspecify.annotations.NullMarked;
