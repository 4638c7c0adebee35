// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.HistogramBin;
import io.github.loss4j.eval.ReliabilityBin;
import io.github.loss4j.eval.WorstRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** The page as a browser shows it. */
class BrowserTest {
  private static final int ROWS = Integer.getInteger("loss4j.report.rows", 2000);
  private static final double HALF_PIXEL = 0.5;

  /** Every element with text of its own whose contrast to what is behind it is below 4.5 : 1. */
  private static final String FAINT =
      """
      (() => {
        const channels = c => c.match(/[\\d.]+/g).map(Number);
        const linear = v => v <= 10.31475 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4;
        const luminance = c => { const [r, g, b] = channels(c);
          return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b); };
        const behind = e => { for (; e; e = e.parentElement) {
            const c = getComputedStyle(e).backgroundColor;
            if (channels(c)[3] !== 0) return c; }
          return 'rgb(255, 255, 255)'; };
        const faint = [];
        for (const e of document.body.querySelectorAll('*')) {
          if (e.tagName === 'SCRIPT' || e.tagName === 'title' || e.tagName === 'desc') continue;
          if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
          const style = getComputedStyle(e);
          const text = luminance(e.tagName === 'text' ? style.fill : style.color);
          const paper = luminance(behind(e));
          const ratio = (Math.max(text, paper) + 0.05) / (Math.min(text, paper) + 0.05);
          if (ratio < 4.5) faint.push(e.tagName + ' ' + e.textContent + ' ' + ratio);
        }
        return faint;
      })()
      """;

  @TempDir private static Path folder;

  private static Chromium browser;
  private static EvaluationTotals totals;
  private static Path page;

  @BeforeAll
  static void open() throws IOException {
    browser = Chromium.start();
    try (LossSession session = LossBackend.named("cpu").open()) {
      totals = SampleReport.totals(session, ROWS);
    }
    page = folder.resolve("report of <b>&.html");
    Files.writeString(page, HtmlReport.of(totals, SampleReport.run(1, ROWS)));
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void numbersAreThoseOfTheTotals() {
    browser.open(page, 1280, false);
    assertEquals("Validation set, epoch 12", browser.find("h1").getText());
    assertEquals(totals.meanNll(), browser.number("#mean-nll"));
    assertEquals(totals.standardError(), browser.number("#standard-error"));
    assertEquals(totals.segmentStandardError(), browser.number("#segment-standard-error"));
    assertEquals(totals.perplexity(), browser.number("#perplexity"));
    assertEquals(totals.bitsPerToken(), browser.number("#bits-per-token"));
    assertEquals(totals.accuracy(), browser.number("#accuracy"));
    assertEquals(totals.topKAccuracy(5), browser.number("#top-5"));
    assertEquals(totals.topKAccuracy(10), browser.number("#top-10"));
    assertEquals(totals.meanRank(), browser.number("#mean-rank"));
    assertEquals(totals.meanEntropy(), browser.number("#mean-entropy"));
    assertEquals(totals.expectedCalibrationError(), browser.number("#calibration-error"));
    assertEquals((double) totals.rows(), browser.number("#rows"));
    assertEquals((double) totals.ignored(), browser.number("#ignored"));
    assertEquals(
        List.of(Numbers.count(totals.segments())),
        browser.findAll("#segment-numbers tr:first-child td").stream()
            .map(WebElement::getText)
            .toList());
    assertTrue(
        browser
            .find("#segment-numbers")
            .getText()
            .contains(Numbers.count(totals.greedySegments()) + " ("));
  }

  /** What is read is what is whole in the elements' values, rounded. */
  @Test
  void peopleReadTheSameNumbers() {
    browser.open(page, 1280, false);
    for (WebElement data : browser.findAll(".headlines data")) {
      double exact = Double.parseDouble(data.getDomAttribute("value"));
      String text = data.getText();
      double shown = Double.parseDouble(text.replaceAll("[ ,%]", ""));
      assertEquals(text.endsWith("%") ? 100 * exact : exact, shown, 0.05 * Math.abs(shown));
      assertTrue(data.isDisplayed(), text);
    }
  }

  @Test
  void tablesAreThoseOfTheTotals() {
    browser.open(page, 1280, false);
    assertEquals(
        totals.worstRows(),
        browser.findAll("#worst tbody tr").stream()
            .map(tr -> values(tr, "td data"))
            .map(cells -> new WorstRow((long) cells.getFirst().doubleValue(), cells.getLast()))
            .toList());
    List<ReliabilityBin> bins =
        totals.reliability().stream().filter(bin -> bin.rows() > 0).toList();
    assertEquals(
        bins.stream()
            .map(bin -> List.of((double) bin.rows(), bin.confidence(), bin.accuracy()))
            .toList(),
        browser.findAll("#reliability-bins tbody tr").stream()
            .map(tr -> values(tr, "td data"))
            .toList());
    assertEquals(
        (double) (totals.rows() - totals.ignored()),
        browser.findAll("#histogram-bins data, figcaption .apart data").stream()
            .mapToDouble(data -> Double.parseDouble(data.getDomAttribute("value")))
            .sum());
  }

  private static List<Double> values(WebElement within, String selector) {
    return within.findElements(By.cssSelector(selector)).stream()
        .map(data -> Double.valueOf(data.getDomAttribute("value")))
        .toList();
  }

  /** As drawn, in pixels. */
  @Test
  void barsAreAsHighAsTheirNumbers() {
    browser.open(page, 1280, false);
    List<HistogramBin> bins = totals.histogram();
    double most = bins.stream().mapToLong(HistogramBin::rows).max().orElseThrow();
    List<Double> heights = heights("svg.histogram .bar");
    List<Double> rows =
        browser.findAll("#histogram-bins tbody data").stream()
            .map(data -> Double.valueOf(data.getDomAttribute("value")))
            .toList();
    assertEquals(rows.size(), heights.size());
    double highest = heights.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    for (int i = 0; i < rows.size(); i++) {
      assertEquals(rows.get(i) / most * highest, heights.get(i), HALF_PIXEL);
    }
    double plot = evaluateNumber("document.querySelector('svg.square').clientHeight");
    List<ReliabilityBin> diagram =
        totals.reliability().stream().filter(bin -> bin.rows() > 0).toList();
    List<Double> accuracies = heights("svg.square .bar");
    for (int i = 0; i < diagram.size(); i++) {
      assertEquals(diagram.get(i).accuracy() * plot, accuracies.get(i), HALF_PIXEL);
    }
  }

  private static List<Double> heights(String selector) {
    return ((List<?>)
            browser.evaluate(
                "[...document.querySelectorAll('%s')].map(e => e.getBBox().height)"
                    .formatted(selector)))
        .stream().map(height -> ((Number) height).doubleValue()).toList();
  }

  private static double evaluateNumber(String expression) {
    return ((Number) browser.evaluate(expression)).doubleValue();
  }

  @ParameterizedTest
  @CsvSource({"320", "360", "768", "1280", "2560"})
  void nothingIsWiderThanTheScreen(int width) {
    browser.open(page, width, false);
    assertEquals(width, evaluateNumber("window.innerWidth"));
    assertTrue(evaluateNumber("document.documentElement.scrollWidth") <= width);
    assertEquals(
        List.of(),
        browser.evaluate(
            """
            [...document.body.querySelectorAll('*')]
              .filter(e => !e.closest('details:not([open])') && e.getBoundingClientRect().width > 0)
              .filter(e => e.getBoundingClientRect().right > window.innerWidth + 0.5
                || e.getBoundingClientRect().left < -0.5)
              .map(e => e.outerHTML.slice(0, 200))
            """));
  }

  /** Neighbours on an axis of a phone. */
  @Test
  void labelsDoNotOverlap() {
    for (int width : new int[] {320, 1280}) {
      browser.open(page, width, false);
      assertEquals(
          List.of(),
          browser.evaluate(
              """
              [...document.querySelectorAll('svg')].flatMap(svg => {
                const boxes = [...svg.querySelectorAll('text')].map(t => t.getBoundingClientRect());
                return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b =>
                  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
                  .map(b => svg.classList.value + ' ' + a.left + ' ' + b.left));
              })
              """));
    }
  }

  @Test
  void nothingIsAskedForAndNothingIsWrong() {
    browser.complaints();
    browser.requests();
    browser.open(page, 1280, false);
    browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
    assertEquals(List.of(page.toUri().toString()), browser.requests());
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void darkIsDark() {
    browser.open(page, 1280, false);
    String light = browser.find("body").getCssValue("background-color");
    assertEquals(List.of(), browser.evaluate(FAINT));
    String bar = browser.find("svg .bar").getCssValue("fill");
    browser.open(page, 1280, true);
    String dark = browser.find("body").getCssValue("background-color");
    assertEquals(List.of(), browser.evaluate(FAINT));
    assertTrue(red(light) > 200 && red(dark) < 60, light + " " + dark);
    assertNotEquals(bar, browser.find("svg .bar").getCssValue("fill"));
  }

  private static int red(String color) {
    return Integer.parseInt(color.replaceAll("\\D*(\\d+).*", "$1"));
  }

  @Test
  void everyPartHasAName() {
    browser.open(page, 1280, false);
    assertEquals(
        List.of(),
        browser.evaluate(
            """
            [...document.querySelectorAll('section, svg')].filter(e =>
              !e.getAttribute('aria-labelledby')?.split(' ')
                .every(id => document.getElementById(id)?.textContent.trim()))
              .map(e => e.outerHTML.slice(0, 200))
            """));
    assertEquals(1L, browser.evaluate("document.querySelectorAll('h1').length"));
    assertEquals(
        0L, browser.evaluate("document.querySelectorAll('th:not([scope]), [id=\"\"]').length"));
    assertEquals(
        browser.evaluate("document.querySelectorAll('[id]').length"),
        browser.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"));
  }

  /** On white paper, whatever the screen is. */
  @Test
  void itPrints() {
    browser.open(page, 1280, true);
    String pdf = new String(browser.pdf(), ISO_8859_1);
    assertTrue(pdf.startsWith("%PDF-"), pdf);
    long pages = Pattern.compile("/Type */Page\\b").matcher(pdf).results().count();
    assertTrue(pages >= 2 && pages <= 4, pages + " pages");
  }

  /** For people: target/report/*.png. */
  @Test
  void picturesAreTaken() throws IOException {
    Path pictures = Files.createDirectories(Path.of("target", "report"));
    browser.open(page, 1280, false);
    Files.write(pictures.resolve("light.png"), browser.png());
    browser.open(page, 1280, true);
    Files.write(pictures.resolve("dark.png"), browser.png());
    browser.open(page, 360, false);
    Files.write(pictures.resolve("phone.png"), browser.png());
    Files.write(pictures.resolve("paper.pdf"), browser.pdf());
    assertEquals(1280, ImageIO.read(pictures.resolve("light.png").toFile()).getWidth());
    assertEquals(360, ImageIO.read(pictures.resolve("phone.png").toFile()).getWidth());
  }

  @Test
  void aNameThatIsMarkupIsText() throws IOException {
    String evil = "<img src=x onerror=alert(1)>\"'&</script>" + "x".repeat(300) + ".npy";
    EvaluationRun run =
        new EvaluationRun(
            evil,
            List.of(evil),
            "cpu",
            evil,
            1,
            1,
            1,
            0,
            List.of(evil),
            "0.1.0",
            SampleReport.run(1, 1).time());
    Path file = folder.resolve("evil.html");
    Files.writeString(file, HtmlReport.of(totals, run));
    browser.complaints();
    browser.open(file, 1280, false);
    assertEquals(evil, browser.find("h1").getText());
    assertEquals(evil, browser.find("#facts td").getText());
    assertEquals(ShellWords.quote(List.of(evil)).getFirst(), browser.find("#command").getText());
    assertEquals(0L, browser.evaluate("document.images.length"));
    assertEquals(List.of(), browser.complaints());
    browser.open(file, 360, false);
    assertTrue(evaluateNumber("document.documentElement.scrollWidth") <= 360);
  }
}
