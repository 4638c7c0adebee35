// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** A weight and a bias that do not make a linear layer are refused. */
class ClassMatrixTest {
  private static final Tensor WEIGHT = Tensor.allocate(DType.F32, 4, 2);

  private static void refused(String message, Tensor weight, Tensor bias) {
    Exception e = assertThrows(InvalidInputException.class, () -> new ClassMatrix(weight, bias));
    assertEquals(message, e.getMessage());
  }

  @Test
  void aWeightThatIsNoMatrixOfNumbers() {
    String message = "the weight of a class matrix must be floating and have shape (V, D), but is ";
    refused(message + "F32[8]", WEIGHT.reshape(8), null);
    refused(message + "I64[2, 2]", Tensor.allocate(DType.I64, 2, 2), null);
  }

  @Test
  void aBiasOfAnotherShapeOrType() {
    String message = "the bias must be F32[4], to fit the weight F32[4, 2], but is ";
    refused(message + "F32[3]", WEIGHT, Tensor.allocate(DType.F32, 3));
    refused(message + "F32[4, 1]", WEIGHT, Tensor.allocate(DType.F32, 4, 1));
    refused(message + "F64[4]", WEIGHT, Tensor.allocate(DType.F64, 4));
  }
}
