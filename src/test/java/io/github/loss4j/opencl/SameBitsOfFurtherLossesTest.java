// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.DType;
import io.github.loss4j.host.Workload;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same bits on every backend, in every launch shape, of what is beyond PyTorch's losses. */
@RequiresOpenCl
class SameBitsOfFurtherLossesTest {
  @AutoClose private static final BothBackends backends = new BothBackends();

  /** One segment and several. */
  @ParameterizedTest
  @EnumSource
  void furtherLossesHaveTheBitsOfJava(LaunchShape shape) {
    for (int classes : new int[] {33, 5000}) {
      backends.assertSame(shape, Workload.of(DType.F32, classes, 1, classes)::computeFurther);
    }
    for (DType dtype : new DType[] {DType.F64, DType.F16, DType.BF16}) {
      backends.assertSame(shape, Workload.of(dtype, 2100, 1, 1)::computeFurtherBriefly);
    }
    backends.assertSame(shape, Workload.of(DType.F32, 1, 1, 1)::computeFurtherBriefly);
  }

  @Test
  void furtherLossesOfStridedRowsHaveTheBitsOfJava() {
    Workload strided = Workload.of(DType.F32, 33, 3, 9);
    backends.assertSame(LaunchShape.BY_POSITION, strided::computeFurther);
  }

  @ParameterizedTest
  @EnumSource
  void mixedTypesHaveTheBitsOfJava(LaunchShape shape) {
    for (DType dtype : new DType[] {DType.F32, DType.F16, DType.BF16}) {
      Workload narrow = Workload.of(dtype, 300, 1, 5);
      Workload wide = Workload.of(DType.F64, 300, 1, 6);
      Workload mixed =
          new Workload(
              narrow.logits(),
              narrow.labels(),
              wide.probabilities(),
              narrow.weight(),
              wide.upstream());
      backends.assertSame(shape, mixed::computeMixed);
    }
  }
}
