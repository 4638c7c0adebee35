// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Workload;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A session of Java's and one of OpenCL's, whose results must have the same bits. */
final class BothBackends implements AutoCloseable {
  private final LossSession java = LossBackend.named("cpu").open();
  private final LossSession opencl = LossBackend.named("opencl").open();

  List<LossSession> both() {
    return List.of(java, opencl);
  }

  void assertSame(LaunchShape shape, Workload workload) {
    assertSame(shape, workload::compute);
  }

  void assertSame(LaunchShape shape, Function<LossSession, Map<String, Tensor>> workload) {
    System.setProperty(LaunchShape.PROPERTY, shape.name());
    try {
      Map<String, Tensor> expected = workload.apply(java);
      workload
          .apply(opencl)
          .forEach((name, actual) -> Bits.assertSame(expected.get(name), actual, name));
    } finally {
      System.clearProperty(LaunchShape.PROPERTY);
    }
  }

  @Override
  public void close() {
    java.close();
    opencl.close();
  }
}
