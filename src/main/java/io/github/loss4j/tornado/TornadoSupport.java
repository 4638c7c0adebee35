// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import java.util.List;

/**
 * What {@link TornadoBackend} does with TornadoVM. A build with TornadoVM's API has the one
 * implementation, and {@link java.util.ServiceLoader} finds it.
 */
interface TornadoSupport {

  /** Whether TornadoVM is here; looked for once. Never throws. */
  LossBackend.Status status();

  /** TornadoVM's devices, usable or not. */
  List<LossBackend.Device> devices();

  /** Opens a session on one of them. */
  LossSession open(int index);
}
