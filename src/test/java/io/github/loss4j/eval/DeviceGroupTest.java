// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Several devices have the same totals as one. */
class DeviceGroupTest {
  private static final int CLASSES = 13;
  private static final EvaluationOptions ALL =
      EvaluationOptions.DEFAULT.withMetrics(Set.of(Metric.values()));

  private static DeviceGroup group() {
    List<LossSession> sessions = new ArrayList<>();
    for (LossBackend backend : LossBackend.all()) {
      if (backend.status() instanceof LossBackend.Status.Usable) {
        sessions.add(backend.open());
      }
    }
    sessions.add(LossBackend.named("cpu").open());
    return new DeviceGroup(sessions);
  }

  @Test
  void theTotalsAreThoseOfOneDevice() {
    Random random = new Random(1);
    try (LossSession one = LossBackend.named("cpu").open();
        DeviceGroup group = group()) {
      for (int rows : new int[] {1, 2, 3, 50, 1000}) {
        Sample sample = new Sample(rows, CLASSES, random);
        Tensor segments = Tensor.of(new int[rows], rows);
        Evaluation expected = new Evaluation(one, new CrossEntropyLoss(), CLASSES, ALL);
        Evaluation shared = new Evaluation(group, new CrossEntropyLoss(), CLASSES, ALL);
        // Again and again: the shares become other ones.
        for (int time = 0; time < 5; time++) {
          expected.append(sample.logits(), sample.labels(), segments);
          shared.append(sample.logits(), sample.labels(), segments);
        }
        assertArrayEquals(expected.finish().toBytes(), shared.finish().toBytes());
      }
      assertTrue(group.device().contains(" + ") || group.backend().equals("cpu"), group.device());
    }
  }

  @Test
  void volumesAreSharedOutToo() {
    float[] logits = new float[6 * 3 * 5];
    Random random = new Random(2);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = random.nextFloat();
    }
    Tensor input = Tensor.of(logits, 6, 3, 5);
    Tensor target = Tensor.of(random.longs(30, 0, 3).toArray(), 6, 5);
    try (LossSession one = LossBackend.named("cpu").open();
        DeviceGroup group = group()) {
      Evaluation expected =
          new Evaluation(one, new CrossEntropyLoss(), 3, EvaluationOptions.DEFAULT);
      Evaluation shared =
          new Evaluation(group, new CrossEntropyLoss(), 3, EvaluationOptions.DEFAULT);
      expected.append(input, target);
      shared.append(input, target);
      assertArrayEquals(expected.totals().toBytes(), shared.totals().toBytes());
      assertEquals(
          one.evaluate(new CrossEntropyLoss(), input, target).value(),
          group.evaluate(new CrossEntropyLoss(), input, target).value());
    }
  }

  @Test
  void theFirstBadRowIsNamed() {
    long[] labels = new long[100];
    labels[97] = 99;
    labels[41] = -7;
    try (DeviceGroup group = group()) {
      Evaluation evaluation =
          new Evaluation(group, new CrossEntropyLoss(), 3, EvaluationOptions.DEFAULT);
      InvalidInputException refused =
          assertThrows(
              InvalidInputException.class,
              () -> evaluation.append(Tensor.of(new float[300], 100, 3), Tensor.of(labels, 100)));
      assertTrue(refused.getMessage().contains("row 41"), refused.getMessage());
      assertEquals(0, evaluation.totals().rows());
    }
  }
}
