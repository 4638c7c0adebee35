// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static io.github.loss4j.tornado.Arithmetic.apart;
import static io.github.loss4j.tornado.Arithmetic.fma;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A tiny kernel whose results tell how a device's compiler treats arithmetic. */
final class ProbeKernel {
  /** The results of one set of numbers. */
  static final int RESULTS = 6;

  /** The numbers of one set: a, b and c. */
  static final int NUMBERS = 3;

  private ProbeKernel() {}

  static void compute(FloatArray numbers, FloatArray results, int sets) {
    for (@Parallel int i = 0; i < sets; i++) {
      float a = numbers.get(NUMBERS * i);
      float b = numbers.get(NUMBERS * i + 1);
      float c = numbers.get(NUMBERS * i + 2);
      results.set(RESULTS * i, fma(a, b, c));
      results.set(RESULTS * i + 1, apart(a * b) + c);
      results.set(RESULTS * i + 2, (a + b) - a);
      results.set(RESULTS * i + 3, Float.isNaN(c) ? 1f : 0f);
      results.set(RESULTS * i + 4, a < c ? 1f : 0f);
      results.set(RESULTS * i + 5, c * 0x1p-10f);
    }
  }

  /** The same as Java has it. */
  static float[] expected(float a, float b, float c) {
    return new float[] {
      Math.fma(a, b, c), a * b + c, (a + b) - a, Float.isNaN(c) ? 1 : 0, a < c ? 1 : 0, c * 0x1p-10f
    };
  }
}
