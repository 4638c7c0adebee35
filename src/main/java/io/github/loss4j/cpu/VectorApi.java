// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.BackendUnavailableException;

/** Whether the loops are to use the Vector API, which is an incubator module. */
final class VectorApi {
  private static final System.Logger LOG = System.getLogger("io.github.loss4j");
  private static final String MODULE = "jdk.incubator.vector";

  private VectorApi() {}

  static boolean isChosen() {
    boolean chosen =
        switch (System.getProperty(CpuBackend.LOOPS, "")) {
          case "plain" -> false;
          case "vector" -> required();
          case "" -> isPresent() && FloatVectors.areFast();
          default ->
              throw new BackendUnavailableException(
                  "-D%s=%s is neither plain nor vector"
                      .formatted(CpuBackend.LOOPS, System.getProperty(CpuBackend.LOOPS)));
        };
    LOG.log(
        System.Logger.Level.DEBUG,
        "the backend cpu uses {0}",
        chosen ? "the Vector API, " + FloatVectors.FLOATS : "plain Java");
    return chosen;
  }

  private static boolean isPresent() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  private static boolean required() {
    if (!isPresent()) {
      throw new BackendUnavailableException(
          "-D%s=vector needs the JVM option --add-modules %s".formatted(CpuBackend.LOOPS, MODULE));
    }
    return true;
  }
}
