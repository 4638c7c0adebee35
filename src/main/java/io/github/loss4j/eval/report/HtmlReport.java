// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.samskivert.mustache.Mustache;
import io.github.loss4j.eval.EvaluationTotals;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;

/**
 * An evaluation as one HTML file that needs nothing beside itself: no network, no script, no font.
 * It shows what the totals have, in light and in dark, on any width of screen and on paper.
 *
 * <p>For programs, a number that is shown rounded is whole in the {@code value} of its {@code
 * <data>} element, and the totals are in the page, in {@code <script type="application/json"
 * id="totals">}, as {@link EvaluationTotals#toJson()} gives them.
 *
 * {@snippet file="io/github/loss4j/eval/report/HtmlReportTest.java" region="report"}
 */
public final class HtmlReport {
  private static final String TEMPLATE = "report.mustache";
  private static final String STYLE = "report.css";

  private HtmlReport() {}

  /**
   * The page.
   *
   * @param totals what was found
   * @param run of what, where and how fast
   * @return HTML, to be written as UTF-8
   */
  public static String of(EvaluationTotals totals, EvaluationRun run) {
    return Mustache.compiler()
        .escapeHTML(true)
        .strictSections(true)
        .withLoader(name -> new StringReader(resource(name + ".mustache")))
        .compile(resource(TEMPLATE))
        .execute(Page.of(totals, run, resource(STYLE)));
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar of loss4j lacks " + name);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
