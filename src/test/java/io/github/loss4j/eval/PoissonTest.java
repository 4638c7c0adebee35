// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Draws have the distribution of their name. */
class PoissonTest {
  private static final int IDS = 1000;
  private static final int REPLICATES = 1000;

  @Test
  void sharesAreThoseOfMeanOne() {
    double draws = (double) IDS * REPLICATES;
    long[] times = new long[20];
    for (int id = 0; id < IDS; id++) {
      for (int replicate = 0; replicate < REPLICATES; replicate++) {
        times[Poisson.draw(id, replicate)]++;
      }
    }
    double probability = Math.exp(-1);
    for (int k = 0; k < 8; k++) {
      // Four standard deviations.
      assertEquals(probability, times[k] / draws, 4 * Math.sqrt(probability / draws), "k = " + k);
      probability /= k + 1;
    }
  }

  @Test
  void adjacentIdsAndReplicatesAreNotCorrelated() {
    double products = 0;
    for (int id = 0; id < IDS; id++) {
      for (int replicate = 0; replicate < REPLICATES; replicate++) {
        int draw = Poisson.draw(id, replicate) - 1;
        products += draw * (Poisson.draw(id + 1, replicate) - 1.0);
        products += draw * (Poisson.draw(id, replicate + 1) - 1.0);
      }
    }
    double draws = 2.0 * IDS * REPLICATES;
    assertEquals(0, products / draws, 4 / Math.sqrt(draws));
  }
}
