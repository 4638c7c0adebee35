// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import io.github.loss4j.LossBackend.Status;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Whether a device computes what Java does, to the last bit: what all else is built on. */
final class Probe {
  /** Rounded otherwise if fused, cancelling, NaN, infinite, and smaller than any normal number. */
  private static final float[][] NUMBERS = {
    {0x1.000002p0f, 0x1.000002p0f, -0x1.000004p0f},
    {0x1.fffffep0f, 0x1.8p-24f, 1f},
    {1e8f, 1f, -1e8f},
    {1f, 2f, Float.NaN},
    {3f, 0.1f, Float.POSITIVE_INFINITY},
    {0x1p-120f, 0x1p-10f, 0x1.8p-125f},
  };

  private Probe() {}

  /** Computes on the device, and compares. */
  static Status of(TornadoDevice device) {
    FloatArray numbers = new FloatArray(NUMBERS.length * ProbeKernel.NUMBERS);
    FloatArray results = new FloatArray(NUMBERS.length * ProbeKernel.RESULTS);
    for (int i = 0; i < NUMBERS.length; i++) {
      for (int j = 0; j < ProbeKernel.NUMBERS; j++) {
        numbers.set(i * ProbeKernel.NUMBERS + j, NUMBERS[i][j]);
      }
    }
    try {
      compute(device, numbers, results);
    } catch (VirtualMachineError e) {
      throw e;
    } catch (Exception | Error e) {
      return new Status.Unusable("a first kernel could not be computed: " + Reasons.of(e));
    }
    return judge(results);
  }

  private static void compute(TornadoDevice device, FloatArray numbers, FloatArray results)
      throws TornadoExecutionPlanException {
    TaskGraph graph =
        new TaskGraph("loss4jProbe")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, numbers, results)
            .task("probe", ProbeKernel::compute, numbers, results, NUMBERS.length)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, results);
    try (var plan = new TornadoExecutionPlan(graph.snapshot()).withDevice(device)) {
      plan.execute();
    }
  }

  private static Status judge(FloatArray results) {
    for (int i = 0; i < NUMBERS.length; i++) {
      float[] expected = ProbeKernel.expected(NUMBERS[i][0], NUMBERS[i][1], NUMBERS[i][2]);
      for (int j = 0; j < ProbeKernel.RESULTS; j++) {
        float got = results.get(i * ProbeKernel.RESULTS + j);
        if (Float.compare(got, expected[j]) != 0) {
          return new Status.Unusable(
              "its arithmetic is not that of IEEE 754, since result %d of %s is %s and not %s; TornadoVM must be started with %s"
                  .formatted(
                      j,
                      Arrays.toString(NUMBERS[i]),
                      got,
                      expected[j],
                      TornadoProperties.asOptions()));
        }
      }
    }
    return new Status.Usable();
  }
}
