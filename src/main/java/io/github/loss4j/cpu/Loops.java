// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.BackendUnavailableException;

/** What the loops over elements are made of; the bits are the same. */
enum Loops {
  /** Plain Java. */
  PLAIN,

  /** The Vector API, which is an incubator module. */
  VECTOR,

  /** Plain Java until the Vector API is found to be faster. */
  VECTOR_WHEN_FASTER;

  private static final System.Logger LOG = System.getLogger("io.github.loss4j");
  private static final String MODULE = "jdk.incubator.vector";

  /** Those that the system property chooses, or else the best that this JVM and processor have. */
  static Loops chosen() {
    String choice = System.getProperty(CpuBackend.LOOPS, "");
    Loops loops =
        switch (choice) {
          case "plain" -> PLAIN;
          case "vector" -> VECTOR;
          case "vectors-at-once" -> areFast() ? warm() : PLAIN;
          case "" -> areFast() ? VECTOR_WHEN_FASTER : PLAIN;
          default ->
              throw new BackendUnavailableException(
                  "-D%s=%s is none of plain, vector and vectors-at-once"
                      .formatted(CpuBackend.LOOPS, choice));
        };
    if (loops == VECTOR && !isPresent()) {
      throw new BackendUnavailableException(
          "-D%s=vector needs the JVM option --add-modules %s".formatted(CpuBackend.LOOPS, MODULE));
    }
    LOG.log(System.Logger.Level.DEBUG, "loops of the backend cpu: {0}", loops);
    return loops;
  }

  private static Loops warm() {
    FloatVectorWarmUp.await();
    return VECTOR;
  }

  private static boolean areFast() {
    return isPresent() && FloatVectors.areFast();
  }

  private static boolean isPresent() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }
}
