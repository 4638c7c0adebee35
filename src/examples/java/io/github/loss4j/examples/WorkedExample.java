// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import io.github.loss4j.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A value that was computed, beside the one that is stated for it.
 *
 * @param name what it is
 * @param computed by loss4j
 * @param stated by someone else, rounded; the same number of elements
 */
record WorkedExample(String name, Tensor computed, Tensor stated) {

  @Override
  public String toString() {
    return "%-26s computed%s%n%26s   stated%s".formatted(name, line(computed), "", line(stated));
  }

  private static String line(Tensor values) {
    return Arrays.stream(values.toDoubleArray())
        .mapToObj(value -> String.format(Locale.ROOT, "%8.4f", value))
        .collect(Collectors.joining());
  }
}
