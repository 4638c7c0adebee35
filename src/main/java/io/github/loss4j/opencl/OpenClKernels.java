// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.DType;
import io.github.loss4j.DeviceMemory;
import io.github.loss4j.DeviceStorage;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.ClassKernel;
import io.github.loss4j.host.Matrix;
import io.github.loss4j.host.MatrixProduct;
import io.github.loss4j.host.RowKernels;
import io.github.loss4j.host.Rows;
import io.github.loss4j.host.Scale;
import java.util.Arrays;
import java.util.List;
import org.jocl.cl_mem;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/** The kernels in OpenCL C: what each call hands to which file. */
final class OpenClKernels implements RowKernels {
  /** Larger pieces are not faster, and device memory is shared with others. */
  private static final long MAX_INPUT_BYTES = 1L << 30;

  /** Of a device with a memory of its own: one comes, one is computed, one goes. */
  private static final int PIECES_AT_A_TIME = 3;

  private static final long PIECE_BYTES = 1L << 26;

  private final ClContext context;
  private final RowLauncher launcher;

  OpenClKernels(ClContext context, LaunchPlans plans) {
    this.context = context;
    this.launcher = new RowLauncher(context, plans);
  }

  @Override
  public boolean supports(DType arithmetic) {
    return arithmetic != DType.F64 || context.device().fp64();
  }

  @Override
  public boolean reaches(DeviceStorage storage) {
    return storage instanceof ClStorage ours && ours.whole().session().context() == context;
  }

  @Override
  public long maxInputBytes() {
    // A piece has at most three tensors of the input's size, and results.
    long share = context.device().globalBytes() / 4;
    return Math.min(MAX_INPUT_BYTES, Math.min(share, context.device().maxAllocBytes()));
  }

  @Override
  public int piecesAtATime() {
    return context.device().cpu() ? 1 : PIECES_AT_A_TIME;
  }

  @Override
  public long pieceBytes() {
    return Math.min(PIECE_BYTES, maxInputBytes());
  }

  @Override
  public void labels(LabelRows task) {
    if (task.kernel() == ClassKernel.OfLabels.NLL) {
      nll(task);
      return;
    }
    DType arithmetic = task.losses().dtype();
    Gradient gradient = task.gradient();
    try (ClCall call = context.call()) {
      Views input = views(call, task.input(), gradient);
      ClLosses losses = new ClLosses(context, call, task.losses());
      cl_mem each = losses.each();
      launcher.launch(
          call,
          new RowOperation(
              task.kernel().file(),
              KernelOptions.of(arithmetic)
                  .type("INPUT_TYPE", task.input())
                  .type("GRADIENT_TYPE", destination(gradient))
                  .parameters(task.parameters())
                  .statistics(task.statistics())
                  .toString(),
              task.rows(),
              task.input().dtype().bytes(),
              arithmetic,
              task.kernel().sums(task.parameters()) + KernelOptions.entropySums(task.statistics()),
              KernelOptions.needScan(task.statistics()),
              gradient != null,
              input.in(),
              RowArguments.of(call, task, each, input.out())));
      losses.sum(each);
      call.finish();
      losses.add();
    }
  }

  @Override
  public void probabilities(ProbabilityRows task) {
    DType arithmetic = task.losses().dtype();
    Gradient gradient = task.gradient();
    Gradient targetGradient = task.targetGradient();
    try (ClCall call = context.call()) {
      Views input = views(call, task.input(), gradient);
      Views targets = views(call, task.targets(), targetGradient);
      ClLosses losses = new ClLosses(context, call, task.losses());
      cl_mem each = losses.each();
      launcher.launch(
          call,
          new RowOperation(
              task.kernel().file(),
              KernelOptions.of(arithmetic)
                  .type("INPUT_TYPE", task.input())
                  .type("TARGET_TYPE", task.targets())
                  .type("GRADIENT_TYPE", destination(gradient))
                  .flag("TARGET_GRADIENT", targetGradient != null)
                  .parameters(task.parameters())
                  .statistics(task.statistics())
                  .toString(),
              task.rows(),
              task.input().dtype().bytes(),
              arithmetic,
              (gradient == null ? 1 : 2) + KernelOptions.entropySums(task.statistics()),
              KernelOptions.needScan(task.statistics()),
              gradient != null || targetGradient != null,
              input.in(),
              RowArguments.of(call, task, each, targets.in(), input.out(), targets.out())));
      losses.sum(each);
      call.finish();
      losses.add();
    }
  }

  /** One element of a row is read, and no softmax: these kernels are in no launch shape. */
  private void nll(LabelRows task) {
    DType arithmetic = task.losses().dtype();
    Gradient gradient = task.gradient();
    Rows rows = task.rows();
    cl_program program =
        context.program(
            task.kernel().file(),
            KernelOptions.of(arithmetic)
                .type("INPUT_TYPE", task.input())
                .type("GRADIENT_TYPE", destination(gradient))
                .toString());
    try (ClCall call = context.call()) {
      Views input = views(call, task.input(), gradient);
      cl_mem labels = call.read(task.labels());
      cl_mem weight = readOrNull(call, task.parameters().weight());
      ClLosses losses = new ClLosses(context, call, task.losses());
      cl_mem each = losses.each();
      cl_mem correct = writeOrNull(call, task.correct());
      RowLauncher.launchEach(
          call,
          program,
          "nll_losses",
          rows.count(),
          input.in(),
          rows.count(),
          rows.classes(),
          rows.inner(),
          labels,
          weight,
          each,
          correct);
      losses.sum(each);
      if (gradient != null) {
        call.clear(input.out(), gradient.destination());
        RowLauncher.launchEach(
            call,
            program,
            "nll_gradient",
            rows.count(),
            rows.count(),
            rows.classes(),
            rows.inner(),
            labels,
            weight,
            input.out(),
            upstreamView(call, gradient),
            real(arithmetic, gradient.scale().head()),
            real(arithmetic, gradient.scale().tail()));
      }
      call.finish();
      losses.add();
    }
  }

  @Override
  public void elements(Elements task) {
    DType arithmetic = task.losses().dtype();
    Gradient gradient = task.gradient();
    Gradient targetGradient = task.targetGradient();
    Gradient either = gradient != null ? gradient : targetGradient;
    KernelOptions options =
        KernelOptions.of(arithmetic)
            .type("INPUT_TYPE", task.input().tensor())
            .type("TARGET_TYPE", task.target().tensor())
            .type("GRADIENT_TYPE", destination(gradient))
            .type("TARGET_GRADIENT_TYPE", destination(targetGradient))
            .flag(task.kernel().flag())
            .wide(context.device());
    cl_program program = context.program(task.kernel().file(), options.toString());
    try (ClCall call = context.call()) {
      Views inputs = views(call, task.input().tensor(), gradient);
      Views targets = views(call, task.target().tensor(), targetGradient);
      ClLosses losses = new ClLosses(context, call, task.losses());
      ItemShare share = ItemShare.of(context.device(), task.count());
      cl_mem sums = losses.sumsOf(share);
      share.launch(
          call,
          program,
          "elements",
          inputs.in(),
          targets.in(),
          readOrNull(call, tensor(task.weight())),
          readOrNull(call, tensor(task.factor())),
          call.read(repeats(task)),
          task.first(),
          task.count(),
          real(arithmetic, task.alpha()),
          real(arithmetic, task.gamma()),
          losses.wanted(),
          sums,
          inputs.out(),
          targets.out(),
          upstreamView(call, either),
          real(arithmetic, scale(either).head()),
          real(arithmetic, scale(either).tail()));
      losses.merge(sums, share);
      call.finish();
      losses.add();
    }
  }

  /** How each operand is repeated, as kernels/element_kernel.clh reads it. */
  private static Tensor repeats(Elements task) {
    long[] repeats = new long[8];
    int at = 0;
    for (Operand operand :
        Arrays.asList(task.input(), task.target(), task.weight(), task.factor())) {
      repeats[at++] = operand == null ? 0 : operand.inner();
      repeats[at++] = operand == null ? 0 : operand.period();
    }
    return Tensor.of(repeats);
  }

  private static @Nullable Tensor tensor(@Nullable Operand operand) {
    return operand == null ? null : operand.tensor();
  }

  @Override
  public void normalize(Normalize task) {
    normalize(
        task.rows(),
        task.input(),
        null,
        task.output(),
        0,
        KernelOptions.of(task.arithmetic()).flag("LOGARITHM", task.logarithm()),
        task.arithmetic());
  }

  @Override
  public void normalizeGradient(NormalizeGradient task) {
    normalize(
        task.rows(),
        task.input(),
        task.upstream(),
        task.gradient(),
        task.logarithm() ? 1 : 2,
        KernelOptions.of(task.arithmetic())
            .flag("LOGARITHM", task.logarithm())
            .flag("BACKWARD", true),
        task.arithmetic());
  }

  @Override
  public void multiply(MatrixProduct task) {
    Matrix left = task.left();
    Matrix right = task.right();
    Tensor start = task.start();
    Tensor result = task.result();
    KernelOptions options =
        KernelOptions.of(task.arithmetic())
            .type("LEFT_TYPE", left.tensor())
            .type("RIGHT_TYPE", right.tensor())
            .type("RESULT_TYPE", result);
    cl_program program = context.program("matrix_product.cl", options.toString());
    try (ClCall call = context.call()) {
      ClView results = start == result ? call.updateView(result) : call.writeView(result);
      ClView starts = start == result ? results : viewOrNone(call, start);
      RowLauncher.launchEach(
          call,
          program,
          "matrix_product",
          task.rows() * task.columns(),
          call.readView(left.tensor()),
          left.rowStride(),
          left.columnStride(),
          call.readView(right.tensor()),
          right.rowStride(),
          right.columnStride(),
          starts,
          task.startStride(),
          results,
          task.rows(),
          task.columns(),
          task.inner());
      call.finish();
    }
  }

  @Override
  public DeviceMemory memory(long bytes) {
    return new ClDeviceMemory(context, bytes);
  }

  @Override
  public void close() {
    context.close();
  }

  private void normalize(
      Rows rows,
      Tensor input,
      @Nullable Tensor upstream,
      Tensor output,
      int dots,
      KernelOptions options,
      DType arithmetic) {
    try (ClCall call = context.call()) {
      Views views = views(call, input, output);
      launcher.launch(
          call,
          new RowOperation(
              "normalize.cl",
              options.type("INPUT_TYPE", input).type("OUTPUT_TYPE", output).toString(),
              rows,
              input.dtype().bytes(),
              arithmetic,
              dots,
              false,
              true,
              views.in(),
              List.of(viewOrNone(call, upstream), views.out())));
      call.finish();
    }
  }

  /** A tensor and what is written for it, one and the same if in place. */
  private record Views(ClView in, ClView out) {}

  private static Views views(ClCall call, Tensor input, @Nullable Tensor output) {
    if (input == output) {
      ClView both = call.updateView(input);
      return new Views(both, both);
    }
    return new Views(call.readView(input), output == null ? ClView.NONE : call.writeView(output));
  }

  private static Views views(ClCall call, Tensor input, @Nullable Gradient gradient) {
    return views(call, input, destination(gradient));
  }

  static ClView upstreamView(ClCall call, @Nullable Gradient gradient) {
    return viewOrNone(call, gradient == null ? null : gradient.upstream());
  }

  private static ClView viewOrNone(ClCall call, @Nullable Tensor tensor) {
    return tensor == null ? ClView.NONE : call.readView(tensor);
  }

  static @Nullable cl_mem readOrNull(ClCall call, @Nullable Tensor tensor) {
    return tensor == null ? null : call.read(tensor);
  }

  static @Nullable cl_mem writeOrNull(ClCall call, @Nullable Tensor tensor) {
    return tensor == null ? null : call.write(tensor);
  }

  private static @Nullable Tensor destination(@Nullable Gradient gradient) {
    return gradient == null ? null : gradient.destination();
  }

  static Scale scale(@Nullable Gradient gradient) {
    return gradient == null ? Scale.NONE : gradient.scale();
  }

  /** A number of the arithmetic type, as a kernel's argument. */
  static Object real(DType arithmetic, double value) {
    if (arithmetic == DType.F64) {
      return value;
    }
    return (float) value;
  }
}
