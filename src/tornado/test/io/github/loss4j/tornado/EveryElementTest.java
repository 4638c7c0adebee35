// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.LossBackend.Status;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** On the device, outputs full of NaN show which elements the kernels write: all, and no other. */
@Tag("tornado")
class EveryElementTest {
  private static final int ROWS = 37;
  private static final int CLASSES = 27;
  private static final int INPUTS = ROWS * CLASSES;

  @BeforeAll
  static void loadTornadoVm() {
    assertInstanceOf(Status.Usable.class, new TornadoDevices().status());
  }

  static Stream<Arguments> operationsAndShapes() {
    return Stream.of(Operation.values())
        .flatMap(
            operation -> Stream.of(RowShape.values()).map(shape -> Arguments.of(operation, shape)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("operationsAndShapes")
  void isWritten(Operation operation, RowShape shape) throws Exception {
    boolean elementwise = operation == Operation.BCE_WITH_LOGITS;
    PlanKey key =
        new PlanKey(operation, shape, true, operation.hasTargets(), 4096, 1024, 4096, 1, 1, 1);
    PlanArrays arrays = new PlanArrays(key);
    Random random = new Random(4);
    for (int i = 0; i < INPUTS; i++) {
      arrays.input.set(i, (float) random.nextGaussian());
      if (operation.hasTargets()) {
        arrays.targets.set(i, random.nextFloat());
      }
    }
    int rows = elementwise ? INPUTS : ROWS;
    arrays.sizes.set(Call.ROWS, rows);
    arrays.sizes.set(Call.CLASSES, elementwise ? 1 : CLASSES);
    arrays.sizes.set(Call.INNER, 1);
    shape.describe(elementwise ? 1 : CLASSES, arrays.sizes);
    int strips = rows * arrays.sizes.get(Call.STRIPS);
    arrays.sizes.set(Call.TICKET, 1);
    arrays.numbers.set(Call.KEEP, 1);
    arrays.numbers.set(Call.SCALE, 1);
    FloatArray[] outputs = {arrays.losses, arrays.gradient, arrays.targetGradient};
    TaskGraph graph = new TaskGraph("everyElement" + operation + shape);
    arrays.send(graph);
    for (int i = 0; i < outputs.length; i++) {
      int size = outputs[i].getSize();
      graph.task("fill" + i, EveryElementTest::fill, arrays.numbers, outputs[i], size);
    }
    Grids grids = new Grids(false);
    Tasks.Marked marked = Tasks.add(graph, grids, arrays, key);
    grids.resize(rows, strips);
    arrays.fetch(graph);
    try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withGridScheduler(grids.scheduler()).execute();
    }
    if (operation.isLoss()) {
      assertWritten(arrays.losses, rows);
    }
    assertWritten(arrays.gradient, INPUTS);
    if (operation.hasTargets()) {
      assertWritten(arrays.targetGradient, INPUTS);
    }
    for (int row = 0; row < rows; row++) {
      assertEquals(Call.done(1, marked.rowTasks()), arrays.marks.get(row), "row " + row);
    }
    for (int strip = 0; marked.stripTasks() > 0 && strip < strips; strip++) {
      assertEquals(
          Call.done(1, marked.stripTasks()), arrays.stripMarks.get(strip), "strip " + strip);
    }
  }

  static void fill(FloatArray numbers, FloatArray output, int size) {
    for (@Parallel int i = 0; i < size; i++) {
      output.set(i, numbers.get(Call.NAN));
    }
  }

  private static void assertWritten(FloatArray output, int count) {
    for (int i = 0; i < count; i++) {
      assertFalse(Float.isNaN(output.get(i)), "element %d was not written".formatted(i));
    }
    for (int i = count; i < output.getSize(); i++) {
      assertTrue(Float.isNaN(output.get(i)), "element %d was written".formatted(i));
    }
  }
}
