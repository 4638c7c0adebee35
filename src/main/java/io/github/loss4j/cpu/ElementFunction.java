// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.ElementKernel;

/** An elementwise loss: from one element to its loss and derivatives. */
@FunctionalInterface
interface ElementFunction {
  void compute(Element element, Arithmetic arithmetic);

  static ElementFunction of(ElementKernel kernel) {
    return switch (kernel) {
      case BCE -> ElementLosses::bce;
      case BCE_WITH_LOGITS -> ElementLosses::bceWithLogits;
      case KL_DIV -> ElementLosses::klDiv;
      case KL_DIV_LOG_TARGET -> ElementLosses::klDivLogTarget;
      case SIGMOID_FOCAL -> ElementLosses::sigmoidFocal;
    };
  }
}
