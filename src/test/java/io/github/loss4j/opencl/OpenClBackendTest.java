// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The backend is found by name, and its devices by index. */
@RequiresOpenCl
class OpenClBackendTest {

  @Test
  void isFoundByName() {
    assertInstanceOf(OpenClBackend.class, LossBackend.named("opencl"));
  }

  @Test
  void aSessionNamesItsDevice() {
    OpenClBackend backend = new OpenClBackend();
    try (LossSession session = backend.open(0)) {
      assertEquals("opencl", session.backend());
      assertEquals(backend.devices().getFirst().name(), session.device());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 99})
  void anUnknownIndexIsAnsweredWithTheDevices(int index) {
    OpenClBackend backend = new OpenClBackend();
    Exception e = assertThrows(BackendUnavailableException.class, () -> backend.open(index));
    assertTrue(e.getMessage().contains("no device " + index), e::getMessage);
    assertTrue(e.getMessage().contains(backend.devices().getFirst().name()), e::getMessage);
  }
}
