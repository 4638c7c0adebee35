// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.cpu.ElementaryFunction;
import io.github.loss4j.host.Bits;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jocl.cl_mem;
import org.jocl.cl_program;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The elementary functions have the same bits in OpenCL C and in Java, for whatever numbers. */
@RequiresOpenCl
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ElementaryFunctionTest {
  private static final int DRAWN = 40_000;

  /** Those of float as well, and of double their neighbours at the edges of its range. */
  private static final double[] SPECIAL = {
    0,
    0x1p-149,
    0x1p-130,
    0x1.fffffcp-127,
    0x1p-126,
    0x1.8p-126,
    0x1p-60,
    0x1p-25,
    0.25,
    0.5,
    0x1.6a09e6p-1,
    0.75,
    0x1.fffffep-1,
    1,
    0x1.000002p0,
    0x1.6a09e6p0,
    1.5,
    2,
    2.5,
    3,
    88,
    89,
    103,
    104,
    127,
    128,
    709,
    710,
    745,
    746,
    1023,
    1024,
    0x1p23 + 1,
    0x1p24 - 1,
    0x1p100,
    0x1.fffffep127,
    0x1p-1074,
    0x1p-1030,
    0x1p-1022,
    0x1p-500,
    0x1p1000,
    Double.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NaN
  };

  private final ClContext context = ClContext.open(TestKernels.device());

  @AfterAll
  void close() {
    context.close();
  }

  static Stream<Arguments> functionsAndTypes() {
    return Stream.of(ElementaryFunction.values())
        .flatMap(
            function ->
                Stream.of(DType.F32, DType.F64).map(dtype -> Arguments.of(function, dtype)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("functionsAndTypes")
  void openClHasTheBitsOfJava(ElementaryFunction function, DType dtype) {
    assertSameAsJava(function, function.kernel(), 1, "", dtype);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void severalAtOnceHaveTheBitsOfJava(DType dtype) {
    for (ElementaryFunction function :
        List.of(
            ElementaryFunction.LOG_1P,
            ElementaryFunction.LOG_OF,
            ElementaryFunction.LOG_RATIO,
            ElementaryFunction.QUOTIENT)) {
      assertSameAsJava(function, function.kernel(), 16, "-DWIDE", dtype);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void vectorsHaveTheBitsOfJava(DType dtype) {
    for (int width : new int[] {4, 16}) {
      for (ElementaryFunction function :
          List.of(
              ElementaryFunction.HYPERBOLIC_TANGENT,
              ElementaryFunction.HYPERBOLIC_TANGENT_DERIVATIVE)) {
        assertSameAsJava(function, function.kernel() + width, width, "", dtype);
      }
    }
  }

  private void assertSameAsJava(
      ElementaryFunction function, String kernel, int width, String options, DType dtype) {
    Tensor[] ab = arguments(dtype);
    Tensor expected = Tensor.allocate(dtype, ab[0].size());
    for (long i = 0; i < expected.size(); i++) {
      expected.setDouble(i, function.apply(dtype, ab[0].getDouble(i), ab[1].getDouble(i)));
    }
    Tensor actual = Bits.poisoned(dtype, expected.size());
    cl_program program =
        context.program("elementary.cl", options + (dtype == DType.F64 ? " -DREAL_IS_DOUBLE" : ""));
    try (ClCall call = context.call()) {
      cl_mem a = call.read(ab[0]);
      cl_mem b = call.read(ab[1]);
      cl_mem y = call.write(actual);
      call.run(program, kernel, new long[] {expected.size() / width}, null, a, b, y);
      call.finish();
    }
    Bits.assertSame(expected, actual, kernel + " of " + dtype);
  }

  /** All pairs of special numbers, then numbers near 1, of any exponent, and between -20 and 20. */
  private static Tensor[] arguments(DType dtype) {
    Random random = new Random(1);
    int specials = 2 * SPECIAL.length;
    int pairs = specials * specials;
    Tensor a = Tensor.allocate(dtype, pairs + DRAWN);
    Tensor b = Tensor.allocate(dtype, pairs + DRAWN);
    for (int i = 0; i < pairs; i++) {
      a.setDouble(i, special(i / specials));
      b.setDouble(i, special(i % specials));
    }
    for (int i = pairs; i < pairs + DRAWN; i++) {
      a.setDouble(i, draw(dtype, random, i % 4));
      b.setDouble(i, draw(dtype, random, i / 4 % 4));
    }
    return new Tensor[] {a, b};
  }

  private static double special(int index) {
    double magnitude = SPECIAL[index / 2];
    return index % 2 == 0 ? magnitude : -magnitude;
  }

  private static double draw(DType dtype, Random random, int kind) {
    return switch (kind) {
      case 0 -> Math.scalb(random.nextDouble() - 0.5, -random.nextInt(40)) + 1;
      case 1 -> 2 * random.nextDouble() - 1;
      case 2 -> 40 * random.nextDouble() - 20;
      default ->
          dtype == DType.F32
              ? Float.intBitsToFloat(random.nextInt())
              : Double.longBitsToDouble(random.nextLong());
    };
  }
}
