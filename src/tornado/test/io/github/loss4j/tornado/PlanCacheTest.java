// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.loss4j.LossBackend.Status;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.TornadoDeviceMap;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/** Plans are made once, and those used last are kept. */
@Tag("tornado")
class PlanCacheTest {
  private static TornadoDevice device;

  @BeforeAll
  static void findDevice() {
    assertInstanceOf(Status.Usable.class, new TornadoDevices().status());
    device = new TornadoDeviceMap().getAllBackends().getFirst().getDevice(0);
  }

  private static PlanKey key(int elements) {
    return new PlanKey(Operation.NLL, RowShape.BY_ROW, false, false, elements, 1024, 1024, 1, 1, 1);
  }

  @Test
  void keepsThoseUsedLast() {
    PlanKey small = key(1 << 10);
    PlanKey medium = key(1 << 12);
    PlanKey large = key(1 << 14);
    try (PlanCache cache = new PlanCache(device, medium.bytes() + large.bytes())) {
      Plan first = cache.get(small);
      Plan second = cache.get(medium);
      assertSame(first, cache.get(small));
      Plan third = cache.get(large);
      assertSame(third, cache.get(large));
      assertNotSame(second, cache.get(medium), "there was no room for it beside the others");
    }
  }

  @Test
  void aDroppedPlanIsMadeAnew() {
    try (PlanCache cache = new PlanCache(device, Long.MAX_VALUE)) {
      Plan plan = cache.get(key(1024));
      cache.drop(key(1024));
      assertNotSame(plan, cache.get(key(1024)));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1024", "1024, 1024", "1025, 4096", "4097, 16384", "4194304, 4194304"})
  void roomIsAPowerOf4(long count, int room) {
    assertEquals(room, PlanKey.room(count));
  }
}
