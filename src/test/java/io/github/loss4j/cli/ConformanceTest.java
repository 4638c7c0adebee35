// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.fail;

import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.cli.Verdict.Failed;
import io.github.loss4j.cli.Verdict.Failure;
import io.github.loss4j.cli.Verdict.Passed;
import io.github.loss4j.cli.Verdict.Skipped;
import io.github.loss4j.io.InvalidFileException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Every conformance case on every usable backend: near enough to PyTorch's values, and with the
 * same bits. The system property {@code loss4j.conformance} names another folder of cases.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("vectors")
class ConformanceTest {
  private final Map<String, LossSession> sessions = new LinkedHashMap<>();

  @BeforeAll
  void openSessions() {
    for (String backend : TestBackends.usable()) {
      sessions.put(backend, LossBackend.named(backend).open());
    }
  }

  @AfterAll
  void closeSessions() {
    sessions.values().forEach(LossSession::close);
  }

  @TestFactory
  Stream<DynamicTest> sameAsPyTorchAndSameBitsOnEveryBackend() throws IOException {
    ConformanceRun run = new ConformanceRun(sessions, true);
    return Conformance.read(ConformanceFolder.path()).stream()
        .map(one -> DynamicTest.dynamicTest(one.name(), () -> check(run, one)));
  }

  private static void check(ConformanceRun run, ConformanceCase one) throws InvalidFileException {
    switch (run.judge(one)) {
      case Passed() -> {}
      case Failed(List<Failure> failures) ->
          fail(failures.stream().map(Failure::toString).collect(Collectors.joining("\n")));
      case Skipped(String subject, String reason) -> Assumptions.abort(subject + ": " + reason);
    }
  }
}
