// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/** The conformance cases that tests use. */
final class ConformanceFolder {
  private ConformanceFolder() {}

  /** The folder that the system property {@code loss4j.conformance} names, else the one here. */
  static Path path() {
    String named = System.getProperty("loss4j.conformance");
    return named == null ? committed() : Path.of(named);
  }

  /** The cases that are committed with the tests. */
  static Path committed() {
    URL index = ConformanceFolder.class.getResource("/conformance/index.json");
    try {
      return Path.of(Objects.requireNonNull(index).toURI()).getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
