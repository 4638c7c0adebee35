// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossBackend.Status;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** A JVM that was not started with TornadoVM: the backend says what is missing. */
class TornadoAbsenceTest {
  private final LossBackend backend = new TornadoBackend();

  private String reason() {
    return assertInstanceOf(Status.Unusable.class, backend.status()).reason();
  }

  private static boolean built() {
    return ServiceLoader.load(TornadoSupport.class).findFirst().isPresent();
  }

  @Test
  void saysThatItWasBuiltWithoutTheApiAndHowToBuildItWith() {
    assumeTrue(!built(), "this build has TornadoVM's API");
    assertEquals(
        "this loss4j was built without TornadoVM's API; set TORNADOVM_HOME to a TornadoVM SDK and"
            + " build it again, as docs/tornadovm.md says",
        reason());
  }

  @Test
  void saysThatJavaWasStartedWithoutTheSdkAndHowToStartItWith() {
    assumeTrue(built(), "this build does not have TornadoVM's API");
    assertTrue(reason().startsWith("Java was not started with TornadoVM"), reason());
    assertTrue(reason().contains("@$TORNADOVM_HOME/tornado-argfile"), reason());
  }

  @Test
  void hasNoDevicesAndThrowsWhenItIsAskedFor() {
    assertEquals(List.of(), backend.devices());
    String cannotServe = "the backend tornado cannot serve: " + reason();
    assertEquals(cannotServe, message(() -> LossBackend.named("tornado")));
    assertEquals(cannotServe, message(() -> backend.open(0)));
    assertEquals(cannotServe, message(backend::open));
  }

  private static String message(Runnable call) {
    return assertThrows(BackendUnavailableException.class, call::run).getMessage();
  }
}
