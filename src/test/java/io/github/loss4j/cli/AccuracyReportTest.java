// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The tables of docs/accuracy.md; bits are the same everywhere, so the digits are too. */
class AccuracyReportTest {
  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  @Test
  void theErrorsOfEachLossAreAsThePageSays() throws IOException {
    AccuracyPage.holds("errors", new AccuracyTables(session).write());
  }

  /** Without the property there are only a few cases, and the page is about all of them. */
  @Test
  void theErrorsNextToPyTorchAreAsThePageSays() throws IOException {
    List<ConformanceCase> cases = Conformance.read(ConformanceFolder.path());
    assumeTrue(
        AccuracyPage.says("all %d conformance cases".formatted(cases.size())),
        "the page is about another folder of cases; name that one by -Dloss4j.conformance");
    TorchTables tables = new TorchTables(cases, session);
    AccuracyPage.holds("pytorch", tables.write());
    assertEquals(List.of(), tables.worseThanTorch());
  }
}
