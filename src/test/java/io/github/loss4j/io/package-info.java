// SPDX-License-Identifier: Apache-2.0
/** Tests of the file formats; files are typed out byte by byte, none is stored. */
@NullMarked
package io.github.loss4j.io;

import org.jspecify.annotations.NullMarked;
