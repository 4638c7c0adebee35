// SPDX-License-Identifier: Apache-2.0
/**
 * Totals as a page that people look at.
 *
 * <p>{@link io.github.loss4j.eval.report.HtmlReport} needs two libraries that loss4j does not bring
 * to those who use it: {@code com.samskivert:jmustache}, and Gson for the totals in the page.
 */
@NullMarked
package io.github.loss4j.eval.report;

import org.jspecify.annotations.NullMarked;
