// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import io.github.loss4j.DType;
import io.github.loss4j.DeviceMemory;
import io.github.loss4j.NotServedException;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.ClassKernel;
import io.github.loss4j.host.ElementKernel;
import io.github.loss4j.host.MatrixProduct;
import io.github.loss4j.host.RowKernels;
import io.github.loss4j.host.RowParameters;
import io.github.loss4j.host.Rows;
import io.github.loss4j.host.Smoothing;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The kernels in Java that TornadoVM compiles: what each call hands to which plan. */
final class TornadoKernels implements RowKernels {
  /**
   * Positions in arrays are ints, and a row may have some 20 numbers on the device. Larger pieces
   * would not be faster, since all of a piece is brought to the device first.
   */
  private static final long MAX_INPUT_BYTES = 1L << 24;

  /** What plans may take of the device; TornadoVM by itself takes up to 4 GB. */
  private static final long MOST_PLAN_BYTES = 1L << 30;

  private static final int NONE = 1;

  private final PlanCache plans;
  private final TornadoDevice device;
  private final boolean gpu;

  TornadoKernels(TornadoDevice device) {
    this.device = device;
    gpu = device.getDeviceType() == TornadoDeviceType.GPU;
    plans = new PlanCache(device, Math.min(MOST_PLAN_BYTES, device.getMaxGlobalMemory() / 2));
  }

  /** All; F64 is refused by name. */
  @Override
  public boolean supports(DType arithmetic) {
    return true;
  }

  @Override
  public long maxInputBytes() {
    return MAX_INPUT_BYTES;
  }

  @Override
  public void labels(LabelRows task) {
    requireFloat(task.losses().dtype());
    RowParameters parameters = task.parameters();
    serve(task.statistics().isEmpty(), "statistics of rows");
    requirePlain(parameters);
    Operation operation = operation(task.kernel(), parameters.smoothing() != null);
    Gradient gradient = task.gradient();
    PlanKey key =
        key(operation, task.rows(), gradient, null, parameters.weight(), null, upstream(gradient));
    compute(
        key,
        task.rows(),
        arrays -> {
          Staging.load(task.input(), arrays.input);
          Staging.load(task.labels(), arrays.labels);
          arrays.sizes.set(Call.CORRECT_WANTED, task.correct() == null ? 0 : 1);
          load(parameters.weight(), arrays.weights, arrays, Call.HAS_WEIGHT);
          load(parameters.smoothing(), arrays);
          load(gradient, arrays);
        },
        arrays -> {
          Staging.store(arrays.losses, task.losses().tensor());
          store(arrays.gradient, gradient);
          Tensor correct = task.correct();
          for (int row = 0; correct != null && row < correct.size(); row++) {
            correct.setLong(row, arrays.correct.get(row));
          }
        });
  }

  @Override
  public void probabilities(ProbabilityRows task) {
    requireFloat(task.losses().dtype());
    serve(task.kernel() == ClassKernel.OfProbabilities.CROSS_ENTROPY, stem(task.kernel().file()));
    serve(task.statistics().isEmpty(), "statistics of rows");
    requirePlain(task.parameters());
    Tensor weight = task.parameters().weight();
    Gradient gradient = task.gradient();
    Gradient targetGradient = task.targetGradient();
    Gradient either = gradient != null ? gradient : targetGradient;
    PlanKey key =
        key(
            Operation.PROBABILITIES,
            task.rows(),
            gradient,
            targetGradient,
            weight,
            null,
            upstream(either));
    compute(
        key,
        task.rows(),
        arrays -> {
          Staging.load(task.input(), arrays.input);
          Staging.load(task.targets(), arrays.targets);
          load(weight, arrays.weights, arrays, Call.HAS_WEIGHT);
          load(task.parameters().smoothing(), arrays);
          load(either, arrays);
        },
        arrays -> {
          Staging.store(arrays.losses, task.losses().tensor());
          store(arrays.gradient, gradient);
          store(arrays.targetGradient, targetGradient);
        });
  }

  @Override
  public void elements(Elements task) {
    requireFloat(task.losses().dtype());
    serve(task.kernel() == ElementKernel.BCE_WITH_LOGITS, stem(task.kernel().file()));
    Rows rows = new Rows(task.count(), 1, 1);
    Gradient gradient = task.gradient();
    Gradient targetGradient = task.targetGradient();
    Gradient either = gradient != null ? gradient : targetGradient;
    Tensor input = spread(task.input(), task);
    Tensor target = spread(task.target(), task);
    Tensor weight = spreadOrNull(task.weight(), task);
    Tensor factor = spreadOrNull(task.factor(), task);
    PlanKey key =
        key(
            Operation.BCE_WITH_LOGITS,
            rows,
            gradient,
            targetGradient,
            weight,
            factor,
            upstream(either));
    compute(
        key,
        rows,
        arrays -> {
          Staging.load(input, arrays.input);
          Staging.load(target, arrays.targets);
          load(weight, arrays.weights, arrays, Call.HAS_WEIGHT);
          load(factor, arrays.factors, arrays, Call.HAS_FACTOR);
          load(either, arrays);
        },
        arrays -> {
          Staging.store(arrays.losses, task.losses().tensor());
          store(arrays.gradient, gradient);
          store(arrays.targetGradient, targetGradient);
        });
  }

  /** An operand with an element for each of a piece. */
  private static Tensor spread(Operand operand, Elements task) {
    if (operand.period() == 0) {
      return operand.tensor();
    }
    Tensor spread = Tensor.allocate(operand.tensor().dtype(), task.count());
    for (long i = 0; i < task.count(); i++) {
      long from = (task.first() + i) / operand.inner() % operand.period();
      spread.setDouble(i, operand.tensor().getDouble(from));
    }
    return spread;
  }

  private static @Nullable Tensor spreadOrNull(@Nullable Operand operand, Elements task) {
    return operand == null ? null : spread(operand, task);
  }

  @Override
  public void normalize(Normalize task) {
    requireFloat(task.arithmetic());
    normalize(
        task.logarithm() ? Operation.LOG_SOFTMAX : Operation.SOFTMAX,
        task.rows(),
        task.input(),
        null,
        task.output());
  }

  @Override
  public void normalizeGradient(NormalizeGradient task) {
    requireFloat(task.arithmetic());
    normalize(
        task.logarithm() ? Operation.LOG_SOFTMAX_GRADIENT : Operation.SOFTMAX_GRADIENT,
        task.rows(),
        task.input(),
        task.upstream(),
        task.gradient());
  }

  private void normalize(
      Operation operation, Rows rows, Tensor input, @Nullable Tensor upstream, Tensor output) {
    RowShape shape = RowShape.of(rows, gpu);
    PlanKey key =
        new PlanKey(
            operation,
            shape,
            true,
            false,
            PlanKey.room(rows.size()),
            PlanKey.room(rows.count()),
            PlanKey.room(rows.count() * shape.strips(rows.classes())),
            NONE,
            NONE,
            room(upstream));
    compute(
        key,
        rows,
        arrays -> {
          Staging.load(input, arrays.input);
          load(upstream, arrays.upstreams, arrays, Call.HAS_UPSTREAM);
        },
        arrays -> Staging.store(arrays.gradient, output));
  }

  @Override
  public void multiply(MatrixProduct task) {
    serve(false, "linearCrossEntropy");
  }

  @Override
  public DeviceMemory memory(long bytes) {
    return new TornadoDeviceMemory(device, bytes);
  }

  @Override
  public synchronized void close() {
    plans.close();
  }

  /** Fills a plan's arrays, executes it, and takes what it has computed. */
  private synchronized void compute(
      PlanKey key, Rows rows, Consumer<PlanArrays> fill, Consumer<PlanArrays> take) {
    Plan plan = plans.get(key);
    PlanArrays arrays = plan.arrays;
    arrays.sizes.set(Call.CLASSES, rows.classes());
    arrays.sizes.set(Call.INNER, Math.toIntExact(rows.inner()));
    key.shape().describe(rows.classes(), arrays.sizes);
    fill.accept(arrays);
    try {
      plan.execute(Math.toIntExact(rows.count()));
    } catch (RuntimeException e) {
      plans.drop(key);
      throw e;
    }
    take.accept(arrays);
  }

  private PlanKey key(
      Operation operation,
      Rows rows,
      @Nullable Gradient gradient,
      @Nullable Gradient targetGradient,
      @Nullable Tensor weight,
      @Nullable Tensor factor,
      @Nullable Tensor upstream) {
    RowShape shape = operation.hasRows() ? RowShape.of(rows, gpu) : RowShape.BY_ROW;
    return new PlanKey(
        operation,
        shape,
        gradient != null,
        targetGradient != null,
        PlanKey.room(rows.size()),
        PlanKey.room(rows.count()),
        PlanKey.room(rows.count() * shape.strips(rows.classes())),
        room(weight),
        room(factor),
        room(upstream));
  }

  private static int room(@Nullable Tensor tensor) {
    return tensor == null ? NONE : PlanKey.room(tensor.size());
  }

  private static void load(
      @Nullable Tensor tensor, FloatArray to, PlanArrays arrays, int whetherThere) {
    arrays.sizes.set(whetherThere, tensor == null ? 0 : 1);
    if (tensor != null) {
      Staging.load(tensor, to);
    }
  }

  private static void load(@Nullable Smoothing smoothing, PlanArrays arrays) {
    arrays.sizes.set(Call.SMOOTHED, smoothing == null ? 0 : 1);
    arrays.numbers.set(Call.KEEP, smoothing == null ? 1 : (float) smoothing.keep());
    arrays.numbers.set(Call.KEEP_TAIL, smoothing == null ? 0 : (float) smoothing.keepTail());
    arrays.numbers.set(Call.SPREAD, smoothing == null ? 0 : (float) smoothing.spread());
    arrays.numbers.set(Call.SPREAD_TAIL, smoothing == null ? 0 : (float) smoothing.spreadTail());
    arrays.numbers.set(Call.WEIGHT_SUM, smoothing == null ? 0 : (float) smoothing.weightSum());
  }

  private static void load(@Nullable Gradient gradient, PlanArrays arrays) {
    load(upstream(gradient), arrays.upstreams, arrays, Call.HAS_UPSTREAM);
    arrays.numbers.set(Call.SCALE, gradient == null ? 0 : (float) gradient.scale().head());
    arrays.numbers.set(Call.SCALE_TAIL, gradient == null ? 0 : (float) gradient.scale().tail());
  }

  private static void store(FloatArray from, @Nullable Gradient gradient) {
    if (gradient != null) {
      Staging.store(from, gradient.destination());
    }
  }

  private static @Nullable Tensor upstream(@Nullable Gradient gradient) {
    return gradient == null ? null : gradient.upstream();
  }

  private static Operation operation(ClassKernel.OfLabels kernel, boolean smoothed) {
    if (kernel == ClassKernel.OfLabels.NLL) {
      return Operation.NLL;
    }
    serve(kernel == ClassKernel.OfLabels.CROSS_ENTROPY, stem(kernel.file()));
    return smoothed ? Operation.SMOOTHED_CROSS_ENTROPY : Operation.CROSS_ENTROPY;
  }

  /** What a loss is called by its kernel's file. */
  private static String stem(String file) {
    return file.substring(0, file.lastIndexOf('.'));
  }

  private static void requireFloat(DType arithmetic) {
    serve(arithmetic == DType.F32, "float64 (F64)");
  }

  private static void requirePlain(RowParameters parameters) {
    serve(parameters.transform() == null, "a soft cap or a temperature of the logits");
    serve(parameters.zLoss() == 0, "a z-loss");
  }

  private static void serve(boolean served, String what) {
    if (!served) {
      throw new NotServedException(
          "the backend tornado does not compute %s; cpu and opencl do".formatted(what));
    }
  }
}
