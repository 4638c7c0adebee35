// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.Tuning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fastest plan is found, of those that give the same bits. */
@RequiresOpenCl
class TunerTest {

  /** With hardly any time each class has at least its standard plan. */
  @Test
  void everyClassOfRowsGetsAPlan(@TempDir Path folder) {
    System.setProperty(TuningFile.FOLDER, folder.toString());
    try {
      ClDevice device = TestKernels.device();
      List<Tuning.Choice> heard = new ArrayList<>();
      Tuning tuning = new OpenClBackend().tune(0, 0.01, heard::add);
      assertEquals(device.name(), tuning.device());
      assertEquals(heard, tuning.choices());
      assertEquals(RowClass.all().size(), heard.size());
      for (Tuning.Choice choice : heard) {
        assertTrue(choice.candidates() >= 1, choice::toString);
        assertTrue(choice.seconds() > 0 && choice.seconds() <= choice.standardSeconds());
      }
      assertTrue(Files.isRegularFile(tuning.file()));
      Map<String, LaunchPlan> plans = TuningFile.of(device).read();
      for (RowClass rows : RowClass.all()) {
        assertTrue(plans.get(rows.toString()).fits(device), plans::toString);
      }
    } finally {
      System.clearProperty(TuningFile.FOLDER);
    }
  }

  @Test
  void everyShapeHasTheSameResultsAndAnythingElseIsSeen() {
    ClDevice device = TestKernels.device();
    AtomicReference<LaunchPlan> plan = new AtomicReference<>();
    RowClass few = new RowClass(false, true, true, 4);
    try (OpenClSession session =
            new OpenClSession(ClContext.open(device), (rows, bytes) -> plan.get());
        TuningTask task = new TuningTask(session, few)) {
      task.keepResults(); // there are none yet
      plan.set(LaunchPlan.standard(device, LaunchShape.BY_ITEM));
      task.run();
      assertFalse(task.hasTheSameResults());
      task.keepResults();
      for (LaunchShape shape : new LaunchShape[] {LaunchShape.BY_TEAM, LaunchShape.SPLIT}) {
        plan.set(LaunchPlan.standard(device, shape).withGroup(64).withTeam(16));
        task.run();
        assertTrue(task.hasTheSameResults(), shape::toString);
      }
    }
  }
}
