// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowOrder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/**
 * Has what computes with vectors for each long row compiled before there are rows. Until they are,
 * each operation on a vector is a call of Java, and of a loop that is compiled amid its first row
 * the JVM does not know yet how it ends. Of the loops over segments only that over one is compiled,
 * which takes a fraction of the time; from then on no other is used.
 */
final class FloatVectorWarmUp {
  private static final long BYTES = (long) RowOrder.SEGMENT * Float.BYTES;

  /** After so many the JVM knows of what class memory is, without which each load is a call. */
  private static final int LOADS = 600;

  /** Where the loops begin to read, since a vector of BF16 begins before its elements. */
  static final long START = 64;

  /**
   * So often the loops are used, on few elements. What the JVM knows of them then is what it also
   * sees later: sometimes one equals the reference, sometimes none.
   */
  private static final int ROUNDS = 200;

  private static volatile boolean done;

  private FloatVectorWarmUp() {}

  /** Whether this JVM has done it. */
  static boolean isDone() {
    return done;
  }

  /** Returns when it is done; only the first call takes time, some tenth of a second. */
  static synchronized void await() {
    if (done) {
      return;
    }
    // A class of memory that is loaded later makes the JVM throw away what it has compiled.
    MemorySegment.ofArray(new int[1]);
    MemorySegment zeros = Arena.ofAuto().allocate(BYTES, 64);
    float sum = 0;
    for (int i = 0; i < LOADS; i++) {
      sum += FloatVectorSegment.load(zeros, 0, -1).lane(0);
      sum +=
          FloatVector.fromMemorySegment(FloatVectors.FLOATS, zeros, 0, ByteOrder.LITTLE_ENDIAN)
              .lane(0);
    }
    FloatVectorTerms terms = new FloatVectorTerms();
    float[] lanes = new float[RowOrder.LANES];
    for (int i = 0; i < ROUNDS; i++) {
      boolean halves = i % 4 < 2;
      terms.reset(i % 2, 0);
      terms.warmUp(zeros, halves, lanes);
      sum += FloatVectorSegment.sum(lanes, 0, RowOrder.LANES);
      FloatVectorRowSum.warmUp(zeros, halves, i % 2, lanes);
    }
    done = !Float.isNaN(sum); // as it never is: a compiler may not leave out what adds to it
  }
}
