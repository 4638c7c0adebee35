// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.LossBackend.Status;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;

/** What TornadoVM passes over in silence is noticed. */
@Tag("tornado")
class HazardsTest {
  private static final int ROWS = 100;

  @TempDir Path folder;

  /** TornadoVM prints an error code, throws nothing, and leaves results as they were. */
  @Test
  void aKernelThatDoesNotStartLeavesNoMarks() throws Exception {
    assertInstanceOf(Status.Usable.class, new TornadoDevices().status());
    PlanKey key =
        new PlanKey(Operation.NLL, RowShape.BY_ROW, false, false, 1024, 1024, 1024, 1, 1, 1);
    for (int group : new int[] {20, 64}) {
      PlanArrays arrays = new PlanArrays(key);
      arrays.sizes.set(Call.TICKET, 1);
      arrays.sizes.set(Call.ROWS, ROWS);
      arrays.sizes.set(Call.CLASSES, 1);
      arrays.sizes.set(Call.INNER, 1);
      TaskGraph graph = new TaskGraph("hazard" + group);
      arrays.send(graph);
      Tasks.Marked marked = Tasks.add(graph, new Grids(false), arrays, key);
      arrays.fetch(graph);
      WorkerGrid1D grid = new WorkerGrid1D(ROWS);
      grid.setLocalWork(group, 1, 1);
      try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
        plan.withGridScheduler(new GridScheduler("hazard" + group + ".rows0", grid)).execute();
      }
      int undone = Call.firstUndone(arrays.marks, ROWS, Call.done(1, marked.rowTasks()));
      assertEquals(ROWS % group == 0 ? -1 : 0, undone);
    }
  }

  @Test
  void approximateArithmeticMakesADeviceUnusable() throws Exception {
    String devices = devices(Map.of(), "-Dtornado.opencl.compiler.flags=-cl-fast-relaxed-math");
    assertTrue(devices.contains("unusable: its arithmetic is not that of IEEE 754"), devices);
    assertTrue(devices.contains("-Dtornado.opencl.compiler.flags=-w"), devices);
  }

  @Test
  void arithmeticWithoutFusedMultiplyAddMakesADeviceUnusable() throws Exception {
    String devices = devices(Map.of(), "-Dtornado.enable.fma=False");
    assertTrue(devices.contains("unusable: its arithmetic is not that of IEEE 754"), devices);
    assertTrue(devices.contains("-Dtornado.enable.fma=True"), devices);
  }

  @Test
  void withoutADriverTheReasonIsOneLine() throws Exception {
    String devices = devices(Map.of("OCL_ICD_VENDORS", folder.toString()));
    List<String> tornado = devices.lines().filter(line -> line.startsWith("tornado")).toList();
    assertEquals(1, tornado.size(), devices);
    assertTrue(tornado.getFirst().contains("unusable: TornadoVM could not be loaded"), devices);
  }

  /** What {@code loss4j devices} prints in a JVM of its own. */
  private String devices(Map<String, String> environment, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + System.getenv("TORNADOVM_HOME") + File.separator + "tornado-argfile");
    command.addAll(Arrays.asList(options));
    command.addAll(
        List.of(
            "-cp", System.getProperty("java.class.path"), "io.github.loss4j.cli.Main", "devices"));
    Path output = folder.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(output.toFile());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    Process child = builder.start();
    if (!child.waitFor(120, TimeUnit.SECONDS)) {
      child.destroyForcibly();
      throw new AssertionError("the child JVM hangs");
    }
    assertEquals(0, child.exitValue());
    return Files.readString(output, StandardCharsets.UTF_8);
  }
}
