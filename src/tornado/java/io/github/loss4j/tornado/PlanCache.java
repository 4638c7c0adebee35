// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/** The plans of a device that are kept: those used last, as many as have room in its memory. */
final class PlanCache implements AutoCloseable {
  private static final int MOST_PLANS = 32;

  private final TornadoDevice device;
  private final long mostBytes;
  private final Map<PlanKey, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * No plans yet.
   *
   * @param mostBytes of the device for all plans together; one plan may have more
   */
  PlanCache(TornadoDevice device, long mostBytes) {
    this.device = device;
    this.mostBytes = mostBytes;
  }

  /** The plan for a key, which stays open until others are asked for. */
  Plan get(PlanKey key) {
    Plan plan = plans.get(key);
    if (plan != null && !plan.isWornOut()) {
      return plan;
    }
    drop(key);
    makeRoom(key.bytes());
    Plan made = new Plan(key, device);
    plans.put(key, made);
    return made;
  }

  /** Closes a plan that failed, so that nothing of it is used again. */
  void drop(PlanKey key) {
    Plan plan = plans.remove(key);
    if (plan != null) {
      plan.close();
    }
  }

  private void makeRoom(long bytes) {
    long held = plans.keySet().stream().mapToLong(PlanKey::bytes).sum();
    Iterator<Map.Entry<PlanKey, Plan>> oldest = plans.entrySet().iterator();
    while (oldest.hasNext() && (held + bytes > mostBytes || plans.size() >= MOST_PLANS)) {
      Map.Entry<PlanKey, Plan> plan = oldest.next();
      held -= plan.getKey().bytes();
      oldest.remove();
      plan.getValue().close();
    }
  }

  @Override
  public void close() {
    plans.values().forEach(Plan::close);
    plans.clear();
  }
}
