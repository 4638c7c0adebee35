// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import java.nio.file.Path;
import java.util.List;

/**
 * What was found to be fastest on a device. Results have the same bits as before.
 *
 * @param device the device's name
 * @param file where sessions on the device find it
 * @param choices one for each kind of input
 */
public record Tuning(String device, Path file, List<Choice> choices) {

  /** Keeps its own list. */
  public Tuning {
    choices = List.copyOf(choices);
  }

  /**
   * The choice for a kind of input.
   *
   * @param rows the inputs
   * @param candidates how many ways to compute them were measured
   * @param chosen the fastest
   * @param seconds the median time of a loss and of a loss with its gradient, together
   * @param standardSeconds the same of the way that is taken where nothing was measured
   */
  public record Choice(
      String rows, int candidates, String chosen, double seconds, double standardSeconds) {}
}
