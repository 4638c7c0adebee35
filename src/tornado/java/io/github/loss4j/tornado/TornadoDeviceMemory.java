// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import io.github.loss4j.DeviceMemory;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Two arrays on a device, read, copied and brought there as the backend's own arrays are. */
final class TornadoDeviceMemory implements DeviceMemory {
  private final FloatArray from;
  private final FloatArray to;
  private final FloatArray sums;
  private final TornadoExecutionPlan read;
  private final TornadoExecutionPlan copy;
  private final TornadoExecutionPlan upload;

  TornadoDeviceMemory(TornadoDevice device, long bytes) {
    long most = Math.min(bytes, MemoryKernel.MAX_BYTES) / Float.BYTES;
    int length = (int) Math.max(1, most / MemoryKernel.ITEMS / 8) * 8;
    from = new FloatArray(length * MemoryKernel.ITEMS);
    to = new FloatArray(length * MemoryKernel.ITEMS);
    sums = new FloatArray(MemoryKernel.ITEMS);
    from.init(1);
    TaskGraph reading =
        new TaskGraph("loss4jRead").transferToDevice(DataTransferMode.FIRST_EXECUTION, from);
    if (device.getDeviceType() == TornadoDeviceType.GPU) {
      reading.task("read", MemoryKernel::readSpread, from, sums);
    } else {
      reading.task("read", MemoryKernel::readRanges, from, sums, length);
    }
    reading.transferToHost(DataTransferMode.EVERY_EXECUTION, sums);
    read = new TornadoExecutionPlan(reading.snapshot()).withDevice(device);
    copy =
        new TornadoExecutionPlan(
                new TaskGraph("loss4jCopy")
                    .transferToDevice(DataTransferMode.FIRST_EXECUTION, from)
                    .task("copy", MemoryKernel::copy, from, to)
                    .transferToHost(DataTransferMode.UNDER_DEMAND, to)
                    .snapshot())
            .withDevice(device);
    upload =
        new TornadoExecutionPlan(
                new TaskGraph("loss4jUpload")
                    .transferToDevice(DataTransferMode.EVERY_EXECUTION, from)
                    .task("first", MemoryKernel::first, from, sums)
                    .transferToHost(DataTransferMode.EVERY_EXECUTION, sums)
                    .snapshot())
            .withDevice(device);
  }

  @Override
  public long bytes() {
    return from.getNumBytesOfSegment();
  }

  @Override
  public void read() {
    read.execute();
  }

  @Override
  public void copy() {
    copy.execute();
  }

  /** Every input goes through TornadoVM's arrays, also on a device that has the host's memory. */
  @Override
  public boolean isSeparate() {
    return true;
  }

  @Override
  public void upload() {
    upload.execute();
  }

  @Override
  public void close() {
    try {
      read.close();
      copy.close();
      upload.close();
    } catch (TornadoExecutionPlanException e) {
      throw new TornadoFailureException("TornadoVM could not free memory: " + e.getMessage(), e);
    }
  }
}
