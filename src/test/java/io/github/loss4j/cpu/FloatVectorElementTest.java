// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Bits;
import io.github.loss4j.host.ElementKernel;
import io.github.loss4j.host.RowKernels.Elements;
import io.github.loss4j.host.RowKernels.Gradient;
import io.github.loss4j.host.RowKernels.Operand;
import io.github.loss4j.host.RowLosses;
import io.github.loss4j.host.Scale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Elementwise losses with the Vector API have the bits of those in plain Java. */
@Tag("vectors")
class FloatVectorElementTest {
  private static final double[] SPECIAL = {
    0,
    -0.0,
    1,
    -1,
    0.5,
    0.25,
    Math.nextDown(1f),
    Math.nextUp(0.5f),
    Math.nextDown(0.5f),
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    1e-12,
    0x1p-25,
    -100,
    100,
    -88,
    88,
    -104,
    1e4,
    -1e30,
    Float.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN
  };

  private static final DType[] TYPES = {DType.F32, DType.BF16, DType.F16};

  @AutoClose private static final CpuKernels plain = new CpuKernels(1, Loops.PLAIN);
  @AutoClose private static final CpuKernels vectors = new CpuKernels(1, Loops.VECTOR);

  /** Which operands and results a loss has, and its parameters. */
  private record Shape(
      boolean weighted, boolean gradients, boolean upstream, double alpha, double gamma) {
    static Shape draw(Random random) {
      double[] gammas = {2, 2, 0, 1, 0.5, 1.5, 3, 5};
      return new Shape(
          random.nextBoolean(),
          random.nextInt(3) > 0,
          random.nextBoolean(),
          new double[] {0.25f, -1, 0, 1, 0.7f}[random.nextInt(5)],
          gammas[random.nextInt(gammas.length)]);
    }
  }

  static Stream<Arguments> kernelsAndTypes() {
    return Stream.of(ElementKernel.values())
        .flatMap(kernel -> Stream.of(TYPES).map(dtype -> Arguments.of(kernel, dtype)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("kernelsAndTypes")
  void everyLengthHasTheBitsOfPlainJava(ElementKernel kernel, DType dtype) {
    Random random = new Random(1);
    IntStream.concat(
            IntStream.rangeClosed(1, 70),
            IntStream.of(511, 512, 513, 1000, 1024, 1025, 2000, 4097, 20000))
        .forEach(
            count -> {
              DType target = random.nextBoolean() ? dtype : TYPES[random.nextInt(3)];
              Tensor x = draw(dtype, count, ordinary(kernel, false), 0.02, random);
              Tensor t = draw(target, count, ordinary(kernel, true), 0.02, random);
              assertSame(kernel, whole(x), whole(t), 0, count, Shape.draw(random), random);
            });
  }

  /** Every number with every other, so that each is beside all kinds of neighbours. */
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("kernelsAndTypes")
  void specialNumbersHaveTheBitsOfPlainJava(ElementKernel kernel, DType dtype) {
    Random random = new Random(2);
    int count = SPECIAL.length * SPECIAL.length;
    for (int draw = 0; draw < 24; draw++) {
      Tensor x = Tensor.allocate(dtype, count);
      Tensor t = Tensor.allocate(dtype, count);
      for (int i = 0; i < count; i++) {
        x.setDouble(i, SPECIAL[i % SPECIAL.length]);
        t.setDouble(i, SPECIAL[i / SPECIAL.length]);
      }
      assertSame(kernel, whole(x), whole(t), 0, count, Shape.draw(random), random);
      Tensor any = draw(dtype, count, Double.NaN, 0.1, random);
      assertSame(kernel, whole(any), whole(t), 0, count, Shape.draw(random), random);
      assertSame(kernel, whole(x), whole(any), 0, count, Shape.draw(random), random);
    }
  }

  @ParameterizedTest
  @EnumSource
  void repeatedOperandsHaveTheBitsOfPlainJava(ElementKernel kernel) {
    Random random = new Random(3);
    for (int period : new int[] {1, 2, 7, 64, 700}) {
      for (int inner : new int[] {1, 3, 600}) {
        Tensor x = draw(DType.F32, period, ordinary(kernel, false), 0, random);
        Tensor t = draw(DType.BF16, 3000, ordinary(kernel, true), 0, random);
        Operand repeated = new Operand(x, inner, period);
        assertSame(kernel, repeated, whole(t), 12345, 3000, Shape.draw(random), random);
      }
    }
  }

  private static Operand whole(Tensor tensor) {
    return new Operand(tensor, 1, 0);
  }

  /** What most elements of an operand are: 1 of probabilities, 5 of logits, -9 of logarithms. */
  private static double ordinary(ElementKernel kernel, boolean target) {
    return switch (kernel) {
      case BCE -> 1;
      case BCE_WITH_LOGITS, SIGMOID_FOCAL -> target ? 1 : 5;
      case KL_DIV -> target ? 1 : -9;
      case KL_DIV_LOG_TARGET -> -9;
    };
  }

  /** Elements of that kind, or of every bit pattern for a NaN, and some special ones. */
  private static Tensor draw(
      DType dtype, int count, double ordinary, double special, Random random) {
    Tensor tensor = Tensor.allocate(dtype, count);
    for (int i = 0; i < count; i++) {
      double u = random.nextDouble();
      double x =
          ordinary == 1
              ? random.nextInt(3) == 0 ? random.nextInt(2) : u
              : ordinary == 5
                  ? 5 * random.nextGaussian()
                  : ordinary < 0 ? ordinary * u : Float.intBitsToFloat(random.nextInt());
      tensor.setDouble(
          i, random.nextDouble() < special ? SPECIAL[random.nextInt(SPECIAL.length)] : x);
    }
    return tensor;
  }

  private static void assertSame(
      ElementKernel kernel,
      Operand x,
      Operand t,
      long first,
      int count,
      Shape shape,
      Random random) {
    boolean factors = kernel == ElementKernel.BCE_WITH_LOGITS && random.nextBoolean();
    Operand weight = shape.weighted ? whole(draw(DType.F32, count, 5, 0.05, random)) : null;
    Operand factor = factors ? new Operand(draw(DType.F32, 3, 1, 0.2, random), 1, 3) : null;
    Tensor upstream = shape.upstream ? draw(DType.F32, count, 5, 0.05, random) : null;
    Scale scale = upstream == null ? new Scale(0.1f, (float) (0.1 - 0.1f)) : Scale.NONE;
    Tensor[][] results = new Tensor[2][];
    for (int i = 0; i < 2; i++) {
      Tensor losses = Bits.poisoned(DType.F32, count);
      Tensor gradient = Bits.poisoned(x.tensor().dtype(), count);
      Tensor targetGradient = Bits.poisoned(t.tensor().dtype(), count);
      Elements task =
          new Elements(
              kernel,
              first,
              count,
              x,
              t,
              weight,
              factor,
              shape.alpha,
              shape.gamma,
              new RowLosses(DType.F32, count, losses),
              shape.gradients ? new Gradient(gradient, upstream, scale) : null,
              shape.gradients && shape.gamma != 1.5
                  ? new Gradient(targetGradient, upstream, scale)
                  : null);
      (i == 0 ? plain : vectors).elements(task);
      results[i] = new Tensor[] {losses, gradient, targetGradient};
    }
    for (int k = 0; k < 3; k++) {
      Bits.assertSame(results[0][k], results[1][k], kernel + " " + shape + " result " + k);
    }
  }
}
