// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Computes on the devices of TornadoVM, with kernels written in Java. It serves cross-entropy, NLL,
 * binary cross-entropy of logits, softmax and its logarithm, and their gradients, in float32; what
 * it does not serve it refuses with a {@link io.github.loss4j.NotServedException}.
 *
 * <p>It needs a build of loss4j with TornadoVM's API, and a JVM that was started with a TornadoVM
 * SDK; without them it is unusable, and says what is missing.
 */
public final class TornadoBackend implements LossBackend {
  static final String NAME = "tornado";

  private static final String NOT_BUILT =
      "this loss4j was built without TornadoVM's API; set TORNADOVM_HOME to a TornadoVM SDK and"
          + " build it again, as docs/tornadovm.md says";

  private final Optional<TornadoSupport> support;
  private final String reason;

  /** For {@link ServiceLoader}; finds devices when first asked. */
  public TornadoBackend() {
    Optional<TornadoSupport> found = Optional.empty();
    String missing = NOT_BUILT;
    try {
      ClassLoader loader = TornadoBackend.class.getClassLoader();
      found = ServiceLoader.load(TornadoSupport.class, loader).findFirst();
    } catch (ServiceConfigurationError | LinkageError e) {
      missing = "its part that needs TornadoVM's API cannot be loaded: " + e.getMessage();
    }
    support = found;
    reason = missing;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Status status() {
    return support.map(TornadoSupport::status).orElseGet(() -> new Status.Unusable(reason));
  }

  @Override
  public List<Device> devices() {
    return status() instanceof Status.Usable ? support.orElseThrow().devices() : List.of();
  }

  @Override
  public LossSession open(int index) {
    if (status() instanceof Status.Unusable(String why)) {
      throw new BackendUnavailableException("the backend tornado cannot serve: " + why);
    }
    return support.orElseThrow().open(index);
  }
}
