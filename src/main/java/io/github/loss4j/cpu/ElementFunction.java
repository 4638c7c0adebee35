// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/** An elementwise loss: from one element to its loss and derivatives. */
@FunctionalInterface
interface ElementFunction {
  void compute(Element element, Arithmetic arithmetic);
}
