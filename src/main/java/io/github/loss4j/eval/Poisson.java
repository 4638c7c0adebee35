// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

/** Poisson numbers of mean 1 that depend on nothing but an id and a replicate. */
final class Poisson {
  private static final int BITS = 53;

  /** 2^53 times the probability of at most 0, 1, 2, ...: the last is nearly 2^53. */
  private static final long[] AT_MOST = cumulative();

  private Poisson() {}

  private static long[] cumulative() {
    long[] atMost = new long[18];
    double probability = 0x1.78b56362cef38p-2; // exp(-1)
    double sum = 0;
    for (int k = 0; k < atMost.length; k++) {
      sum += probability;
      atMost[k] = (long) (sum * (1L << BITS));
      probability /= k + 1;
    }
    return atMost;
  }

  static int draw(long id, int replicate) {
    long uniform = mix(mix(id) + replicate) >>> (Long.SIZE - BITS);
    int k = 0;
    while (k < AT_MOST.length && uniform >= AT_MOST[k]) {
      k++;
    }
    return k;
  }

  /**
   * The finalizer of SplitMix64.
   *
   * @see <a href="https://doi.org/10.1145/2660193.2660195">G. L. Steele et al., Fast splittable
   *     pseudorandom number generators, 2014</a>
   */
  private static long mix(long x) {
    long z = x + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
