// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.eval.EvaluationTotals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report of the README's first example, as the packaged command writes it, in a browser. */
class ExampleReportIT {
  @TempDir private Path folder;

  @Test
  void theNumbersOfThePageAreThoseOfTheTotals() throws Exception {
    loss4j("example", "NgramLanguageModel", "LICENSE", folder.toString());
    Path page = folder.resolve("report.html");
    Path file = folder.resolve("all.totals");
    loss4j(
        "eval",
        "--logits",
        folder.resolve("logits.safetensors").toString(),
        "--targets",
        folder.resolve("targets.npy").toString(),
        "--report",
        page.toString(),
        "--totals",
        file.toString());
    EvaluationTotals totals = EvaluationTotals.ofBytes(Files.readAllBytes(file));
    assertEquals(1136, totals.rows());
    try (Chromium browser = Chromium.start()) {
      browser.open(page, 1280, false);
      assertEquals(totals.meanNll(), browser.number("#mean-nll"));
      assertEquals(totals.standardError(), browser.number("#standard-error"));
      assertEquals(totals.perplexity(), browser.number("#perplexity"));
      assertEquals(totals.accuracy(), browser.number("#accuracy"));
      assertEquals(totals.topKAccuracy(5), browser.number("#top-5"));
      assertEquals(totals.meanRank(), browser.number("#mean-rank"));
      assertEquals(totals.meanEntropy(), browser.number("#mean-entropy"));
      assertEquals(totals.expectedCalibrationError(), browser.number("#calibration-error"));
      assertEquals((double) totals.rows(), browser.number("#rows"));
      assertTrue(browser.find("body").getText().contains("--report"), "how to do it again");
    }
  }

  private void loss4j(String... words) throws Exception {
    Path log = folder.resolve("log");
    ProcessBuilder builder = new ProcessBuilder("./loss4j");
    builder.command().addAll(List.of(words));
    int status = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
    assertEquals(0, status, Files.readString(log));
  }
}
