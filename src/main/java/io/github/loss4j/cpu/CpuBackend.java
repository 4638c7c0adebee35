// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.host.HostSession;
import java.util.List;

/**
 * The backend that serves everywhere: Java on all processors, or on as many threads as the system
 * property {@value #THREADS} says. It uses the Vector API where the JVM was started with {@code
 * --add-modules jdk.incubator.vector} and the processor's vectors are wide enough, once it has
 * found it to be faster: its loops take seconds until they are compiled, and are only tried on a
 * few rows until then. The system property {@value #LOOPS} says otherwise: {@code plain} and {@code
 * vector} force one or the other, and {@code vectors-at-once} is for a JVM that computes for some
 * seconds: it waits until its loops are compiled, smaller ones, which take a tenth more time. The
 * bits are the same.
 *
 * <p>Before its vectors are used the JVM is given compiler directives, which inline methods of this
 * backend and of nothing else.
 */
public final class CpuBackend implements LossBackend {
  /** The system property that sets the number of threads. */
  public static final String THREADS = "loss4j.cpu.threads";

  /** The system property that chooses plain Java or the Vector API. */
  public static final String LOOPS = "loss4j.cpu";

  /** Made by {@link java.util.ServiceLoader}. */
  public CpuBackend() {}

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Status status() {
    return new Status.Usable();
  }

  @Override
  public List<Device> devices() {
    return List.of(
        new Device(
            "Java, %d threads".formatted(threads()),
            "%s %s".formatted(System.getProperty("java.vm.name"), Runtime.version()),
            false,
            Runtime.getRuntime().maxMemory(),
            status()));
  }

  @Override
  public LossSession open(int index) {
    if (index != 0) {
      throw new BackendUnavailableException(
          "the backend cpu has no device %d; it has only device 0".formatted(index));
    }
    return new HostSession(
        name(), devices().get(0).name(), new CpuKernels(threads(), Loops.chosen()));
  }

  private static int threads() {
    return Math.max(1, Integer.getInteger(THREADS, Runtime.getRuntime().availableProcessors()));
  }
}
