// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import io.github.loss4j.eval.Evaluation;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the page says, as text; {@link BrowserTest} looks at it. */
class HtmlReportTest {
  private static final EvaluationOptions NOTHING_MORE = EvaluationOptions.DEFAULT;
  private static final EvaluationOptions OF_ROWS =
      NOTHING_MORE.withMetrics(
          Metric.ACCURACY,
          Metric.RANK,
          Metric.ENTROPY,
          Metric.CALIBRATION,
          Metric.HISTOGRAM,
          Metric.WORST_ROWS);
  private static final Pattern JSON =
      Pattern.compile(
          "<script type=\"application/json\" id=\"totals\">\\n(.*?)\\n</script>", Pattern.DOTALL);

  private static LossSession session;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    session = LossBackend.named("cpu").open();
  }

  @AfterAll
  static void close() {
    session.close();
  }

  @Test
  void quickstart() throws IOException {
    EvaluationTotals totals = totals(OF_ROWS, new float[][] {{1, 2, 3}, {3, 1, 0}}, 2, 0);
    Path file = folder.resolve("report.html");
    // @start region="report"
    EvaluationRun run =
        new EvaluationRun(
            "Validation set, epoch 12",
            List.of("logits.npy", "labels.npy"),
            "cpu",
            "Java, 2 threads",
            1.5, // seconds
            40_000, // rows per second
            8.1, // GB/s
            0, // no text
            List.of("loss4j", "eval", "--logits", "logits.npy", "--targets", "labels.npy"),
            "0.1.0",
            Instant.now());
    Files.writeString(file, HtmlReport.of(totals, run));
    // @end
    String page = Files.readString(file);
    assertTrue(page.contains("<h1>Validation set, epoch 12</h1>"));
    assertEquals("0.288726", value(page, "mean-nll"));
    assertEquals("100.0000 %", value(page, "accuracy"));
    for (String fact : List.of("1.500 s", "40,000 rows/s, 8.10 GB/s", "Java, 2 threads")) {
      assertTrue(page.contains("<td>" + fact + "</td>"), fact);
    }
  }

  @Test
  void allMetricsAreShown() {
    EvaluationTotals totals = SampleReport.totals(session, 500);
    String page = HtmlReport.of(totals, SampleReport.run(1, 500));
    assertEquals(Numbers.number(totals.meanNll()), value(page, "mean-nll"));
    assertEquals(Numbers.number(totals.standardError(), 2), value(page, "standard-error"));
    assertEquals(
        Numbers.number(totals.segmentStandardError(), 2), value(page, "segment-standard-error"));
    assertEquals(Numbers.number(totals.perplexity()), value(page, "perplexity"));
    assertEquals(Numbers.number(totals.bitsPerToken()), value(page, "bits-per-token"));
    assertEquals(Numbers.percent(totals.accuracy()), value(page, "accuracy"));
    assertEquals(Numbers.percent(totals.topKAccuracy(5)), value(page, "top-5"));
    assertEquals(Numbers.percent(totals.topKAccuracy(10)), value(page, "top-10"));
    assertFalse(page.contains("id=\"top-1\""), "it is the accuracy");
    assertEquals(Numbers.number(totals.meanRank()), value(page, "mean-rank"));
    assertEquals(Numbers.number(totals.meanEntropy()), value(page, "mean-entropy"));
    assertEquals(
        Numbers.percent(totals.expectedCalibrationError()), value(page, "calibration-error"));
    assertEquals("500", value(page, "rows"));
    assertEquals(Long.toString(totals.ignored()), value(page, "ignored"));
    for (String heading :
        List.of("Rows by NLL", "Reliability", "Worst rows", "Segments", "Run", "Parameters")) {
      assertTrue(page.contains(">" + heading + "</h2>"), heading);
    }
    assertFalse(page.contains("bits-per-byte"));
  }

  /** With one metric, the page has its part and none of the others'. */
  @ParameterizedTest
  @EnumSource
  void whatWasNotKeptIsLeftOut(Metric metric) {
    EvaluationTotals totals =
        new EvaluationTotals(new CrossEntropyLoss(), 3, NOTHING_MORE.withMetrics(metric));
    String page = page(totals);
    assertEquals(metric == Metric.ACCURACY, page.contains("id=\"accuracy\""));
    assertEquals(metric == Metric.RANK, page.contains("id=\"mean-rank\""));
    assertEquals(metric == Metric.RANK, page.contains("id=\"top-1\""));
    assertEquals(metric == Metric.ENTROPY, page.contains("id=\"mean-entropy\""));
    assertEquals(metric == Metric.CALIBRATION, page.contains("id=\"reliability\""));
    assertEquals(metric == Metric.HISTOGRAM, page.contains("id=\"histogram\""));
    assertEquals(metric == Metric.WORST_ROWS, page.contains("id=\"worst-rows\""));
    assertEquals(metric == Metric.SEGMENTS, page.contains("id=\"segments\""));
    assertEquals("NaN", value(page, "mean-nll"));
    assertFalse(page.contains("<svg"), "there is nothing to draw");
  }

  @Test
  void rowsThatAreNotDrawnAreNamed() {
    float[][] logits = {{0, 0}, {0, 50}, {0, 1e6f}, {Float.NaN, 0}, {1e6f, 0}, {1, 2}};
    String page = page(totals(OF_ROWS, logits, 1, 1, 0, 0, 1, 0));
    assertTrue(page.contains("Not drawn: <data value=\"1\">1 row</data> below 9.54 × 10⁻⁷."));
    assertTrue(page.contains("Not drawn: <data value=\"2\">2 rows</data> of 16,384 or more."));
    assertTrue(page.contains("Not drawn: <data value=\"1\">1 row</data> of NaN."));
    assertEquals("NaN", value(page, "mean-nll"));
    assertFalse(page.contains("standard-error"));
  }

  @Test
  void aSingleRowHasAnAxis() {
    String page = page(totals(OF_ROWS, new float[][] {{0, 0}}, 1));
    assertTrue(page.contains("<text x=\"" + Tick.at(tickOfOne(page)) + "\""), page);
  }

  /** Where 1 is on an axis of 16 bins about ln 2. */
  private static double tickOfOne(String page) {
    List<Double> edges =
        matches(page, "<th scope=\"row\">([0-9.]+)</th>").stream().map(Double::valueOf).toList();
    List<Double> ends =
        matches(page, "</th><td>([0-9.]+)</td><td><data").stream().map(Double::valueOf).toList();
    double low = Math.pow(2, Math.round(4 * log2(edges.getFirst())) / 4.0);
    double high = Math.pow(2, Math.round(4 * log2(ends.getLast())) / 4.0);
    return Math.log(1 / low) / Math.log(high / low);
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  @Test
  void bitsPerByteNeedTheSizeOfTheText() {
    EvaluationTotals totals = totals(NOTHING_MORE, new float[][] {{0, 0}}, 1);
    EvaluationRun run =
        new EvaluationRun(
            "t", List.of(), "", "", Double.NaN, Double.NaN, Double.NaN, 4, List.of(), "", time());
    String page = HtmlReport.of(totals, run);
    assertEquals("0.250000", value(page, "bits-per-byte"));
    assertTrue(page.contains("of 4 bytes of text"));
    assertFalse(page.contains("rows/s"), "nothing was measured");
    assertFalse(page.contains("id=\"command\""));
    assertFalse(page.contains("id=\"run\""), "nothing is known of it");
  }

  @Test
  void aLossThatIsNoLikelihoodHasNoPerplexity() {
    ClassLoss focal = new SoftmaxFocalLoss();
    String page = page(new EvaluationTotals(focal, 3, NOTHING_MORE));
    assertTrue(page.contains("<dt>Mean loss</dt>"));
    assertFalse(page.contains("perplexity"));
  }

  @Test
  void meanLossIsShownWhereItIsAnother() {
    Evaluation evaluation =
        new Evaluation(session, new CrossEntropyLoss().withLabelSmoothing(0.5), 2, NOTHING_MORE);
    evaluation.append(new float[] {1, 0}, 0);
    EvaluationTotals totals = evaluation.totals();
    assertEquals(Numbers.number(totals.meanLoss()), value(page(totals), "mean-loss"));
    assertFalse(page(totals(NOTHING_MORE, new float[][] {{1, 0}}, 0)).contains("id=\"mean-loss\""));
  }

  @Test
  void textsFromOutsideStayTexts() {
    String evil = "<script>alert('\"&')</script></title></style>{{json}}.npy";
    EvaluationRun run =
        new EvaluationRun(
            evil, List.of(evil), evil, evil, 1, 1, 1, 0, List.of("a b", evil), evil, time());
    String page = HtmlReport.of(totals(NOTHING_MORE, new float[][] {{1, 0}}, 0), run);
    assertFalse(page.contains("<script>"));
    assertEquals(1, matches(page, "(<script)").size());
    assertEquals(1, matches(page, "(</script>)").size());
    assertEquals(1, matches(page, "(</style>)").size());
    assertEquals(1, matches(page, "(</title>)").size());
    // In title, heading, input, backend, device, command and, twice, version.
    assertEquals(8, matches(page, "(&lt;script&gt;)").size());
    assertTrue(page.contains("{{json}}.npy</h1>"), "what is filled in is no template");
  }

  @Test
  void theCommandIsQuotedForAShell() {
    assertEquals(
        "loss4j eval --logits 'my logits.npy' 'it'\\''s' '' '$HOME' a=b,c:d/e",
        String.join(
            " ",
            ShellWords.quote(
                List.of(
                    "loss4j",
                    "eval",
                    "--logits",
                    "my logits.npy",
                    "it's",
                    "",
                    "$HOME",
                    "a=b,c:d/e"))));
  }

  @Test
  void thePageHoldsTheTotals() throws Exception {
    EvaluationTotals totals = SampleReport.totals(session, 100);
    String page = HtmlReport.of(totals, SampleReport.run(1, 100));
    MatchResult json = JSON.matcher(page).results().findFirst().orElseThrow();
    assertArrayEquals(totals.toBytes(), EvaluationTotals.ofJson(json.group(1)).toBytes());
    assertFalse(json.group(1).contains("<"));
    String sha256 =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(totals.toBytes()));
    assertTrue(page.contains("<code id=\"fingerprint\">" + sha256 + "</code>"));
  }

  @Test
  void nothingIsFetched() throws IOException {
    String page = HtmlReport.of(SampleReport.totals(session, 100), SampleReport.run(1, 100));
    assertEquals(
        List.of(), matches(page, "((?:src|href)=|url\\(|@import|https?://|<link|<img|<iframe)"));
    // Only what is ours goes in as it is.
    Path templates = Path.of("src/main/resources/io/github/loss4j/eval/report");
    StringBuilder all = new StringBuilder();
    for (String name : List.of("report", "histogram", "reliability")) {
      all.append(Files.readString(templates.resolve(name + ".mustache")));
    }
    assertEquals(List.of("css", "json"), matches(all.toString(), "\\{\\{\\{(\\w+)\\}\\}\\}"));
    assertFalse(all.toString().contains("{{&"));
  }

  @Test
  void moreWorstRowsThanAnybodyReadsAreCounted() {
    float[][] logits = new float[150][2];
    EvaluationOptions options = NOTHING_MORE.withMetrics(Metric.WORST_ROWS).withWorstRows(120);
    String page = page(totals(options, logits, new long[150]));
    assertEquals(100, matches(page, "(<tr><th scope=\"row\">\\d+</th><td><data)").size());
    assertTrue(page.contains("20 more rows are in the totals"));
  }

  private static EvaluationTotals totals(
      EvaluationOptions options, float[][] logits, long... labels) {
    int classes = logits[0].length;
    Evaluation evaluation = new Evaluation(session, new CrossEntropyLoss(), classes, options);
    for (int row = 0; row < logits.length; row++) {
      evaluation.append(Tensor.of(logits[row], 1, classes), Tensor.of(new long[] {labels[row]}));
    }
    return evaluation.finish();
  }

  private static String page(EvaluationTotals totals) {
    return HtmlReport.of(totals, SampleReport.run(1, 1));
  }

  private static Instant time() {
    return Instant.parse("2026-01-01T00:00:00Z");
  }

  /** The number as it is shown. */
  private static String value(String page, String id) {
    List<String> found = matches(page, "<data id=\"" + id + "\" value=\"[^\"]*\">([^<]*)</data>");
    assertEquals(1, found.size(), id);
    return found.getFirst();
  }

  private static List<String> matches(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
  }
}
