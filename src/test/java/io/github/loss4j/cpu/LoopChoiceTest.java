// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.host.Rows;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** With a clock that stands still but for what the work takes. */
class LoopChoiceTest {
  private static final long MILLISECOND = 1_000_000;

  private final AtomicLong now = new AtomicLong();
  private final LoopChoice choice = new LoopChoice(now::get);

  private Runnable taking(long milliseconds) {
    return () -> now.addAndGet(milliseconds * MILLISECOND);
  }

  private boolean tryVectors(long elements, Runnable work) {
    return choice.tryVectors(elements, () -> {}, work);
  }

  @Test
  void preparationDoesNotCount() {
    choice.computePlain(100, taking(500));
    assertTrue(choice.tryVectors(10, taking(1000), taking(60)));
    assertFalse(choice.isOfVectors());
    assertTrue(choice.tryVectors(10, taking(1000), taking(49)), "as it had taken only 60 ms");
    assertTrue(choice.isOfVectors());
  }

  @Test
  void vectorsAreNotTriedInShortPrograms() {
    choice.computePlain(10, taking(300));
    assertFalse(tryVectors(1, taking(1)));
    assertEquals(300 * MILLISECOND, now.get());
  }

  @Test
  void triesTakeNoLongerThanPlainLoops() {
    choice.computePlain(1000, taking(1000));
    for (int i = 0; i < 7; i++) {
      assertTrue(tryVectors(1, taking(100)), "try " + i);
    }
    assertFalse(tryVectors(1, taking(100)));
    choice.computePlain(1000, taking(1000));
    assertTrue(tryVectors(1, taking(100)));
    assertFalse(choice.isOfVectors());
  }

  @Test
  void vectorsStayOnceTheyAreFasterThanPlainLoopsEverWere() {
    choice.computePlain(100, taking(1000));
    choice.computePlain(100, taking(500));
    choice.computePlain(100, taking(2000));
    assertTrue(tryVectors(10, taking(50)));
    assertFalse(choice.isOfVectors());
    assertTrue(tryVectors(10, taking(49)));
    assertTrue(choice.isOfVectors());
  }

  @Test
  void failureDoesNotKeepOthersFromTrying() {
    choice.computePlain(100, taking(1000));
    Runnable failing =
        () -> {
          throw new IllegalStateException("no");
        };
    assertThrows(IllegalStateException.class, () -> tryVectors(10, failing));
    assertTrue(tryVectors(10, taking(50)));
  }

  /** Counts how often each row was computed. */
  private static final class Counts implements RowTask {
    private final int[] rows;
    private final Runnable ofRow;
    private boolean finished;

    Counts(int count, Runnable ofRow) {
      rows = new int[count];
      this.ofRow = ofRow;
    }

    @Override
    public void compute(long row) {
      rows[(int) row]++;
      ofRow.run();
    }

    @Override
    public void finish() {
      finished = true;
    }

    private int total() {
      int total = 0;
      for (int count : rows) {
        total += count;
      }
      return total;
    }
  }

  @Test
  void eachRowIsComputedOnce() {
    int batch = 100;
    int count = 20 * batch;
    Counts plain = new Counts(count, taking(10));
    long[] milliseconds = {90};
    // They become faster from row to row, as if compiled.
    Counts vectors =
        new Counts(count, () -> now.addAndGet(Math.max(1, milliseconds[0]--) * MILLISECOND));
    TriedTask task = new TriedTask(choice, new Rows(count, 1000, 1), plain, () -> vectors);
    for (int from = 0; from < count; from += batch) {
      task.compute(from, from + batch);
    }
    task.finish();
    for (int row = 0; row < count; row++) {
      assertEquals(1, plain.rows[row] + vectors.rows[row], "row " + row);
    }
    assertTrue(choice.isOfVectors());
    assertTrue(plain.finished && vectors.finished);
    // All batches but the first few are done with vectors.
    assertTrue(plain.total() >= batch && plain.total() < count / 2, "plain " + plain.total());
  }

  @Test
  void vectorLoopsThatWereNotTriedAreNotMade() {
    Counts plain = new Counts(10, taking(1));
    TriedTask task =
        new TriedTask(
            choice,
            new Rows(10, 1000, 1),
            plain,
            () -> {
              throw new IllegalStateException("not wanted");
            });
    task.compute(0, 10);
    task.finish();
    assertTrue(plain.finished);
    assertEquals(10, plain.total());
  }
}
