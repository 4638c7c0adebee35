// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The properties that TornadoVM reads when it is loaded, as these kernels need them. */
final class TornadoProperties {
  private static final Map<String, String> NEEDED =
      new TreeMap<>(
          Map.of(
              // Else what a device cannot compute is computed in Java, some of it wrongly.
              "tornado.recover.bailout", "False",
              // Else -cl-fast-relaxed-math. -w: no warnings.
              "tornado.opencl.compiler.flags", "-w",
              // A product and the sum it goes into are one fused multiply-add.
              "tornado.enable.fma", "True",
              // Kernels here have many small methods.
              "tornado.compiler.fullInlining", "True",
              "tornado.compiler.bytecodeInlining", "True"));

  private TornadoProperties() {}

  /** Sets those that are not set; of no use once TornadoVM is loaded. */
  static void set() {
    NEEDED.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
  }

  /** All of them as options for Java. */
  static String asOptions() {
    return NEEDED.entrySet().stream()
        .map(needed -> "-D%s=%s".formatted(needed.getKey(), needed.getValue()))
        .collect(Collectors.joining(" "));
  }
}
