// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of this JVM, an executor: one for each device, opened by the first task that needs
 * it, shared by all, and closed as the JVM ends.
 */
final class ExecutorSessions {
  /** The backend that stands for what Spark assigned. */
  static final String AUTO = "auto";

  private static final String CPU = "cpu";
  private static final System.Logger LOG = System.getLogger("io.github.loss4j.spark");

  private record Wish(String backend, @Nullable String address) {}

  private record Place(String backend, int index) {}

  private static final Map<Wish, LossSession> CHOSEN = new HashMap<>();
  private static final Map<Place, LossSession> OPEN = new HashMap<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(ExecutorSessions::close, "loss4j-close"));
  }

  private ExecutorSessions() {}

  /** The session for the task that asks; what is chosen for it is logged once. */
  static LossSession get(String backend) {
    return get(backend, assigned());
  }

  /** The session for a task with that GPU, or with none if the address is null. */
  static synchronized LossSession get(String backend, @Nullable String address) {
    return CHOSEN.computeIfAbsent(new Wish(backend, address), ExecutorSessions::choose);
  }

  /** The address of the GPU that Spark assigned to this task, the first if there are several. */
  private static @Nullable String assigned() {
    TaskContext task = TaskContext.get();
    ResourceInformation gpu = task == null ? null : task.resourcesJMap().get("gpu");
    return gpu == null || gpu.addresses().length == 0 ? null : gpu.addresses()[0];
  }

  private static LossSession choose(Wish wish) {
    boolean auto = wish.backend().equals(AUTO);
    if (wish.address() == null) {
      return auto ? open(LossBackend.named(CPU)) : open(LossBackend.named(wish.backend()));
    }
    List<LossBackend> backends =
        auto ? LossBackend.all() : List.of(LossBackend.named(wish.backend()));
    AssignedDevice gpu = AssignedDevice.of(wish.address(), backends);
    if (gpu == null && auto) {
      return insteadOf(wish.address(), "no backend has a usable GPU there");
    }
    if (gpu == null) {
      return open(backends.getFirst());
    }
    LOG.log(
        gpu.certain() ? Level.INFO : Level.WARNING,
        "loss4j computes on %s at PCI address %s for GPU %s, which Spark assigned%s"
            .formatted(
                gpu.device().name(),
                gpu.device().pciAddress(),
                wish.address(),
                gpu.certain() ? "" : " by an index, so that it may be another"));
    try {
      return open(gpu.backend(), gpu.index());
    } catch (BackendUnavailableException e) {
      if (!auto) {
        throw e;
      }
      return insteadOf(wish.address(), e.getMessage());
    }
  }

  private static LossSession insteadOf(String address, @Nullable String reason) {
    LOG.log(
        Level.WARNING,
        "loss4j computes on cpu in place of GPU %s, which Spark assigned: %s"
            .formatted(address, reason));
    return open(LossBackend.named(CPU));
  }

  private static LossSession open(LossBackend backend) {
    return open(backend, backend.preferred());
  }

  private static LossSession open(LossBackend backend, int index) {
    return OPEN.computeIfAbsent(
        new Place(backend.name(), index), place -> backend.open(place.index()));
  }

  private static synchronized void close() {
    OPEN.values().forEach(LossSession::close);
  }
}
