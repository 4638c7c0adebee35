// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every conformance case once more, on a JVM whose usable backends have tornado among them. */
@Tag("tornado")
class TornadoConformanceTest extends ConformanceTest {
  @Test
  void tornadoIsUsable() {
    assertTrue(TestBackends.usable().contains("tornado"), TestBackends.usable()::toString);
  }
}
