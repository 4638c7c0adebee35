// SPDX-License-Identifier: Apache-2.0
/**
 * The losses as their documentation defines them, to 40 digits: what errors are measured against.
 */
@NullMarked
package io.github.loss4j.exact;

import org.jspecify.annotations.NullMarked;
