// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has C2 inline what returns vectors. Left to itself it does not where such a method has already
 * been compiled to more code than it likes, which depends on the order in which it came to them: in
 * one JVM of ten a loop would keep its vectors on the heap, and take ten times as long for good.
 * And where it compiles a loop as a part of a large caller, vectors may become objects. The Vector
 * API's own methods have an annotation against this, which the JVM heeds in nobody else's classes,
 * but it takes directives as it runs (JEP 165). Those of {@code inlined.json} name the methods;
 * they hold for the callers in this package and add to what the user has. To hand them over takes a
 * fifth of a second, so a command line may say it instead, and {@value #SAID}.
 */
final class Inlining {
  private static final System.Logger LOG = System.getLogger("io.github.loss4j");

  /** The system property by which a command line says that it has such options. */
  private static final String SAID = "loss4j.cpu.inlined";

  private static final AtomicBoolean ASKED = new AtomicBoolean(Boolean.getBoolean(SAID));

  private Inlining() {}

  /** Asks for it, once, before vectors are computed with. */
  static void ask() {
    if (ASKED.get() || !ASKED.compareAndSet(false, true)) {
      return;
    }
    if (ModuleLayer.boot().findModule("jdk.management").isEmpty()) {
      warn("this JVM has no module jdk.management");
      return;
    }
    try {
      String answer = CompilerDirectives.add(directives());
      LOG.log(System.Logger.Level.DEBUG, "inlining of vectors: {0}", answer);
    } catch (IOException e) {
      warn(e.toString());
    }
  }

  private static void warn(String reason) {
    LOG.log(
        System.Logger.Level.INFO,
        "loops with vectors may be slow, as the JVM was not told what to inline: {0}",
        reason);
  }

  /** Those of every method that returns vectors, and of loops that are to be compiled alone. */
  static byte[] directives() {
    try (InputStream directives = Inlining.class.getResourceAsStream("inlined.json")) {
      return Objects.requireNonNull(directives).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
