// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.LossBackend.Device;
import io.github.loss4j.LossBackend.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a backend and its device are found, named and chosen. */
class LossBackendTest {
  private static final Status USABLE = new Status.Usable();
  private static final Status BROKEN = new Status.Unusable("its driver is too old");
  private static final Device CPU = new Device("a cpu", "p", false, 1, USABLE);
  private static final Device GPU = new Device("a gpu", "p", true, 1, USABLE);
  private static final Device BROKEN_GPU = new Device("an old gpu", "p", true, 1, BROKEN);

  /** A backend that does not open: its message says which device was asked for. */
  private record Fake(String name, Status status, List<Device> devices) implements LossBackend {
    @Override
    public LossSession open(int index) {
      throw new BackendUnavailableException("%s, device %d".formatted(name, index));
    }
  }

  private static final Fake JAVA = new Fake("cpu", USABLE, List.of(CPU));

  private static String message(Runnable call) {
    return assertThrows(BackendUnavailableException.class, call::run).getMessage();
  }

  @Test
  void allAreFoundInTheOrderOfTheirNames() {
    List<String> names = LossBackend.all().stream().map(LossBackend::name).toList();
    assertEquals(List.of("cpu", "opencl", "tornado"), names);
    assertEquals("cpu", LossBackend.named("cpu").name());
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    assertEquals(
        "no backend is named gpu; there are cpu, opencl, tornado",
        message(() -> LossBackend.named("gpu")));
  }

  @Test
  void aDeviceThatIsNotThereIsRefused() {
    for (int index : new int[] {-1, 1}) {
      assertEquals(
          "the backend cpu has no device %d; it has only device 0".formatted(index),
          message(() -> LossBackend.named("cpu").open(index)));
    }
  }

  @Test
  void openTakesTheFirstUsableGpuElseTheFirstUsableDevice() {
    assertEquals("x, device 2", message(() -> fake(CPU, BROKEN_GPU, GPU, GPU).open()));
    assertEquals("x, device 1", message(() -> fake(BROKEN_GPU, CPU, CPU).open()));
    assertEquals(
        "the backend x has no usable device: " + List.of(BROKEN_GPU),
        message(() -> fake(BROKEN_GPU).open()));
    assertEquals(
        "the backend x cannot serve: its driver is too old",
        message(() -> new Fake("x", BROKEN, List.of()).open()));
  }

  @Test
  void autoTakesAUsableGpuElseTheCpuAndSaysWhy() {
    BackendChoice gpu = BackendChoice.among(List.of(JAVA, fake(CPU, GPU)));
    assertEquals("x", gpu.backend().name());
    assertEquals("loss4j computes on x: a gpu", gpu.reason());
    assertEquals(
        "loss4j computes on cpu, since no GPU was found"
            + " (x: no usable GPU among 2 device(s); y: its driver is too old)",
        reason(JAVA, fake(CPU, BROKEN_GPU), new Fake("y", BROKEN, List.of())));
    assertEquals(
        "loss4j computes on cpu, since no GPU was found (no other backend is on the class path)",
        reason(JAVA));
    assertEquals(
        "there is neither a GPU nor the cpu backend",
        message(() -> BackendChoice.among(List.of(fake(CPU)))));
  }

  @Test
  void autoComputesOnTheCpuWhenTheDeviceDoesNotOpenAfterAll() {
    try (LossSession session = BackendChoice.among(List.of(fake(GPU))).open()) {
      assertEquals("cpu", session.backend());
    }
    BackendChoice cpu = BackendChoice.among(List.of(JAVA));
    assertEquals("cpu, device 0", message(cpu::open), "there is nothing to fall back on");
  }

  private static Fake fake(Device... devices) {
    return new Fake("x", USABLE, List.of(devices));
  }

  private static String reason(LossBackend... backends) {
    BackendChoice choice = BackendChoice.among(List.of(backends));
    assertEquals("cpu", choice.backend().name());
    return choice.reason();
  }
}
