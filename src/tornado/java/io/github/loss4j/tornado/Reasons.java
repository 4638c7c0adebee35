// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import java.util.Objects;

/** What TornadoVM's errors say, in one line: they may have colours and stack traces in them. */
final class Reasons {
  private static final int MOST = 300;

  private Reasons() {}

  static String of(Throwable failure) {
    String message = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    String plain = message.replaceAll("\u001b\\[[0-9;]*m", "").replaceAll("\\s+", " ").strip();
    return plain.length() <= MOST ? plain : plain.substring(0, MOST) + "...";
  }
}
