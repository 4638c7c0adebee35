// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import java.util.Random;

/** Rows for blocks, among which are some that are left to what goes row by row. */
enum DrawnRows {
  ORDINARY,
  FEW_VALUES,
  CONFIDENT,
  SPREAD,
  ODD;

  /** Of short rows, of longer ones, and of strided ones; some fill blocks, some do not. */
  static final long[][] SHAPES = {
    {1, 2},
    {63, 1},
    {64, 10},
    {65, 33},
    {200, 64},
    {130, 65},
    {70, 1000},
    {3, 4095},
    {2, 4097},
    {40, 2100},
    {700, 3},
    {2, 4, 100},
    {2, 4, 300},
    {3, 33, 5, 7},
    {2, 2048, 3},
    {1, 2049, 3},
    {1, 1, 70},
  };

  double draw(Random random) {
    double x = 4 * random.nextGaussian();
    return switch (this) {
      case ORDINARY -> x;
      case FEW_VALUES -> random.nextInt(3) - 1;
      case CONFIDENT -> random.nextInt(8) == 0 ? 40 + x : x;
      case SPREAD -> 10 * x;
      case ODD ->
          switch (random.nextInt(40)) {
            case 0 -> Double.NEGATIVE_INFINITY;
            case 1 -> random.nextInt(30) == 0 ? Double.POSITIVE_INFINITY : 1e8;
            case 2 -> random.nextInt(30) == 0 ? Double.NaN : -3e6;
            case 3 -> -90 + x;
            case 4 -> -0.0;
            case 5 -> random.nextInt(10) == 0 ? 1e30 : -1e30;
            default -> x;
          };
    };
  }
}
