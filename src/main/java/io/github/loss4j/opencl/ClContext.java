// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.LossBackend.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/**
 * One device at work: its OpenCL context, compiled programs and idle queues.
 *
 * <p>Threads share it without a lock. Each {@linkplain ClCall call} has an in-order queue of its
 * own, so that waiting for a call waits for its work alone and an error stays with whom it struck.
 * Queues are costly to make on some drivers, so a call that ended well leaves its queue to the next
 * one: there are as many queues as there were calls at a time.
 */
final class ClContext implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.github.loss4j.opencl");
  private static final int LOG_LINES = 12;

  private record ProgramKey(String file, String options) {}

  private final ClDevice device;
  private final cl_context context;
  private final ConcurrentMap<ProgramKey, cl_program> programs = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<cl_command_queue> idleQueues = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<ClPinned> idlePinned = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Bytes copied because the device could not use the host's memory where it lies. */
  private final LongAdder bytesToDevice = new LongAdder();

  private final LongAdder bytesFromDevice = new LongAdder();

  private ClContext(ClDevice device, cl_context context) {
    this.device = device;
    this.context = context;
  }

  /**
   * Opens a device.
   *
   * @throws BackendUnavailableException if it cannot serve
   */
  static ClContext open(ClDevice device) {
    if (device.status() instanceof Status.Unusable(String reason)) {
      throw new BackendUnavailableException(
          "the OpenCL device %s cannot serve: %s".formatted(device.name(), reason));
    }
    cl_context_properties properties = new cl_context_properties();
    properties.addProperty(CL.CL_CONTEXT_PLATFORM, device.platformId());
    try {
      cl_device_id[] devices = {device.id()};
      return new ClContext(device, CL.clCreateContext(properties, 1, devices, null, null, null));
    } catch (CLException e) {
      throw new BackendUnavailableException(
          "the OpenCL device %s cannot be opened: %s".formatted(device.name(), ClDevice.error(e)),
          e);
    }
  }

  /** A device in a context that is the caller's own; both keep it alive. */
  static ClContext of(ClDevice device, cl_context context) {
    device.check("clRetainContext", () -> CL.clRetainContext(context));
    return new ClContext(device, context);
  }

  ClDevice device() {
    return device;
  }

  cl_context handle() {
    return context;
  }

  /** Starts a piece of work, for the calling thread alone. */
  ClCall call() {
    return new ClCall(this);
  }

  /**
   * A compiled kernel file.
   *
   * @param file such as {@code softmax.cl}
   * @param options for the compiler besides {@code -cl-std=CL1.2}, such as {@code -DWIDTH=4}
   * @return the program, compiled when first asked for; it belongs to this context
   * @throws BackendUnavailableException if the driver does not compile it
   */
  cl_program program(String file, String options) {
    return programs.computeIfAbsent(
        new ProgramKey(file, options),
        key -> build(key.file(), KernelSource.of(key.file()), key.options()));
  }

  /** Compiles a source; the caller releases the program. */
  cl_program build(String file, String source, String options) {
    return SignalHandlers.keptDuring(() -> compile(file, source, options));
  }

  private cl_program compile(String file, String source, String options) {
    cl_program program =
        device.check(
            "clCreateProgramWithSource",
            () -> CL.clCreateProgramWithSource(context, 1, new String[] {source}, null, null));
    String allOptions = ("-cl-std=CL1.2 " + options).strip();
    cl_device_id[] devices = {device.id()};
    try {
      CL.clBuildProgram(program, 1, devices, allOptions, null, null);
    } catch (CLException e) {
      String log = buildLog(program);
      CL.clReleaseProgram(program);
      LOG.log(System.Logger.Level.DEBUG, () -> "the whole build log of " + file + ":\n" + log);
      throw new BackendUnavailableException(
          "%s does not compile on %s with %s: %s\n%s"
              .formatted(
                  file,
                  device.name(),
                  allOptions,
                  ClDevice.error(e),
                  log.lines().limit(LOG_LINES).collect(Collectors.joining("\n"))),
          e);
    }
    return program;
  }

  private String buildLog(cl_program program) {
    cl_device_id id = device.id();
    long[] size = new long[1];
    CL.clGetProgramBuildInfo(program, id, CL.CL_PROGRAM_BUILD_LOG, 0, null, size);
    if (size[0] == 0) {
      return "";
    }
    ByteBuffer log = ByteBuffer.allocateDirect(Math.toIntExact(size[0]));
    CL.clGetProgramBuildInfo(program, id, CL.CL_PROGRAM_BUILD_LOG, size[0], Pointer.to(log), null);
    return StandardCharsets.UTF_8.decode(log).toString().replace("\0", "").strip();
  }

  /** Pinned memory for one call; there is as much as there were calls at a time. */
  ClPinned takePinned(cl_command_queue queue) {
    @Nullable ClPinned idle = idlePinned.poll();
    return idle != null ? idle : ClPinned.allocate(this, queue);
  }

  /** Takes back pinned memory that no transfer uses. */
  void givePinned(ClPinned pinned) {
    idlePinned.add(pinned);
  }

  /** How many queues are idle: as many as there were calls at a time, while there are none. */
  int idleQueues() {
    return idleQueues.size();
  }

  int idlePinned() {
    return idlePinned.size();
  }

  /** An in-order queue with nothing in it. */
  @SuppressWarnings("deprecation") // its successor does not exist in OpenCL 1.2
  cl_command_queue takeQueue() {
    @Nullable cl_command_queue idle = idleQueues.poll();
    return idle != null
        ? idle
        : device.check(
            "clCreateCommandQueue", () -> CL.clCreateCommandQueue(context, device.id(), 0, null));
  }

  /** Takes back a queue whose work has all ended well. */
  void giveQueue(cl_command_queue queue) {
    idleQueues.add(queue);
  }

  LongAdder bytesToDevice() {
    return bytesToDevice;
  }

  LongAdder bytesFromDevice() {
    return bytesFromDevice;
  }

  /** Frees the device; every call must have been closed. Closing twice does nothing. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    if (!idlePinned.isEmpty()) {
      cl_command_queue queue = takeQueue();
      idlePinned.forEach(pinned -> pinned.release(queue));
      giveQueue(queue);
    }
    idleQueues.forEach(CL::clReleaseCommandQueue);
    programs.values().forEach(CL::clReleaseProgram);
    CL.clReleaseContext(context);
  }
}
