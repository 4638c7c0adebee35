// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The losses that {@code loss4j eval} computes, by the names its users type. */
enum LossKind {
  CROSS_ENTROPY("cross-entropy"),
  NLL("nll");

  private final String typed;

  LossKind(String typed) {
    this.typed = typed;
  }

  @Override
  public String toString() {
    return typed;
  }

  /** Finds a loss by what was typed. */
  static final class Converter implements ITypeConverter<LossKind> {
    @Override
    public LossKind convert(String text) {
      return Arrays.stream(values())
          .filter(kind -> kind.typed.equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected %s, but is '%s'".formatted(listed(), text)));
    }

    private static String listed() {
      return Arrays.stream(values()).map(LossKind::toString).collect(Collectors.joining(" or "));
    }
  }
}
