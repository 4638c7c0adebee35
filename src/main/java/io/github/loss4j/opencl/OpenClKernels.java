// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Matrix;
import io.github.loss4j.host.MatrixProduct;
import io.github.loss4j.host.RowKernels;
import io.github.loss4j.host.Rows;
import java.util.Arrays;
import org.jocl.cl_mem;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/** The kernels in OpenCL C: what each call hands to which file. */
final class OpenClKernels implements RowKernels {
  /** Larger pieces are not faster, and device memory is shared with others. */
  private static final long MAX_INPUT_BYTES = 1L << 30;

  private final ClContext context;
  private final RowLauncher launcher;

  OpenClKernels(ClContext context) {
    this.context = context;
    this.launcher = new RowLauncher(context);
  }

  @Override
  public boolean supports(DType arithmetic) {
    return arithmetic != DType.F64 || context.device().fp64();
  }

  @Override
  public long maxInputBytes() {
    // A piece has at most three tensors of the input's size, and results.
    long share = context.device().globalBytes() / 4;
    return Math.min(MAX_INPUT_BYTES, Math.min(share, context.device().maxAllocBytes()));
  }

  @Override
  public void crossEntropy(CrossEntropy task) {
    DType arithmetic = task.losses().dtype();
    Gradient gradient = task.gradient();
    boolean smoothed = task.smoothing() > 0;
    double spread = rounded(arithmetic, task.smoothing() / task.rows().classes());
    double spreadSum = spread * rounded(arithmetic, task.weightSum());
    try (ClCall call = context.call()) {
      Buffers logits = buffers(call, task.logits(), gradient);
      launcher.launch(
          call,
          new RowOperation(
              "cross_entropy.cl",
              options(arithmetic)
                  .type("INPUT_TYPE", task.logits())
                  .type("GRADIENT_TYPE", destination(gradient))
                  .flag("SMOOTHING", smoothed)
                  .toString(),
              task.rows(),
              arithmetic,
              smoothed ? 1 : 0,
              gradient != null,
              logits.in(),
              Arrays.asList(
                  call.read(task.labels()),
                  readOrNull(call, task.weight()),
                  real(arithmetic, 1 - task.smoothing()),
                  real(arithmetic, spread),
                  real(arithmetic, spreadSum),
                  call.write(task.losses()),
                  writeOrNull(call, task.correct()),
                  logits.out(),
                  readOrNull(call, upstream(gradient)),
                  real(arithmetic, scale(gradient)))));
      call.finish();
    }
  }

  @Override
  public void crossEntropyProbabilities(CrossEntropyProbabilities task) {
    DType arithmetic = task.losses().dtype();
    Gradient gradient = task.gradient();
    Gradient targetGradient = task.targetGradient();
    // Both gradients are of the same losses, so they have the same upstream.
    Gradient either = gradient != null ? gradient : targetGradient;
    try (ClCall call = context.call()) {
      Buffers logits = buffers(call, task.logits(), gradient);
      Buffers targets = buffers(call, task.targets(), targetGradient);
      launcher.launch(
          call,
          new RowOperation(
              "cross_entropy_probabilities.cl",
              options(arithmetic)
                  .type("INPUT_TYPE", task.logits())
                  .type("TARGET_TYPE", task.targets())
                  .type("GRADIENT_TYPE", destination(gradient))
                  .flag("TARGET_GRADIENT", targetGradient != null)
                  .flag("SMOOTHING", task.smoothing() > 0)
                  .toString(),
              task.rows(),
              arithmetic,
              2,
              either != null,
              logits.in(),
              Arrays.asList(
                  targets.in(),
                  readOrNull(call, task.weight()),
                  real(arithmetic, 1 - task.smoothing()),
                  real(arithmetic, task.smoothing() / task.rows().classes()),
                  call.write(task.losses()),
                  logits.out(),
                  targets.out(),
                  readOrNull(call, upstream(either)),
                  real(arithmetic, scale(either)))));
      call.finish();
    }
  }

  @Override
  public void softmaxFocal(SoftmaxFocal task) {
    DType arithmetic = task.losses().dtype();
    Gradient gradient = task.gradient();
    try (ClCall call = context.call()) {
      Buffers logits = buffers(call, task.logits(), gradient);
      launcher.launch(
          call,
          new RowOperation(
              "softmax_focal.cl",
              options(arithmetic)
                  .type("INPUT_TYPE", task.logits())
                  .type("GRADIENT_TYPE", destination(gradient))
                  .toString(),
              task.rows(),
              arithmetic,
              0,
              gradient != null,
              logits.in(),
              Arrays.asList(
                  call.read(task.labels()),
                  readOrNull(call, task.alpha()),
                  real(arithmetic, task.gamma()),
                  call.write(task.losses()),
                  writeOrNull(call, task.correct()),
                  logits.out(),
                  readOrNull(call, upstream(gradient)),
                  real(arithmetic, scale(gradient)))));
      call.finish();
    }
  }

  @Override
  public void softmaxFocalProbabilities(SoftmaxFocalProbabilities task) {
    DType arithmetic = task.losses().dtype();
    Gradient gradient = task.gradient();
    Gradient targetGradient = task.targetGradient();
    Gradient either = gradient != null ? gradient : targetGradient;
    try (ClCall call = context.call()) {
      Buffers logits = buffers(call, task.logits(), gradient);
      Buffers targets = buffers(call, task.targets(), targetGradient);
      launcher.launch(
          call,
          new RowOperation(
              "softmax_focal_probabilities.cl",
              options(arithmetic)
                  .type("INPUT_TYPE", task.logits())
                  .type("TARGET_TYPE", task.targets())
                  .type("GRADIENT_TYPE", destination(gradient))
                  .flag("TARGET_GRADIENT", targetGradient != null)
                  .toString(),
              task.rows(),
              arithmetic,
              gradient == null ? 1 : 2,
              either != null,
              logits.in(),
              Arrays.asList(
                  targets.in(),
                  readOrNull(call, task.alpha()),
                  real(arithmetic, task.gamma()),
                  call.write(task.losses()),
                  logits.out(),
                  targets.out(),
                  readOrNull(call, upstream(either)),
                  real(arithmetic, scale(either)))));
      call.finish();
    }
  }

  @Override
  public void nll(Nll task) {
    DType arithmetic = task.losses().dtype();
    Gradient gradient = task.gradient();
    Rows rows = task.rows();
    cl_program program =
        context.program(
            "nll.cl",
            options(arithmetic)
                .type("INPUT_TYPE", task.input())
                .type("GRADIENT_TYPE", destination(gradient))
                .toString());
    try (ClCall call = context.call()) {
      Buffers input = buffers(call, task.input(), gradient);
      cl_mem labels = call.read(task.labels());
      cl_mem weight = readOrNull(call, task.weight());
      cl_mem losses = call.write(task.losses());
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
          losses,
          correct);
      if (gradient != null) {
        RowLauncher.launchEach(
            call,
            program,
            "nll_gradient",
            rows.size(),
            rows.count(),
            rows.classes(),
            rows.inner(),
            labels,
            weight,
            input.out(),
            readOrNull(call, gradient.upstream()),
            real(arithmetic, gradient.scale()));
      }
      call.finish();
    }
  }

  @Override
  public void elements(Elements task) {
    DType arithmetic = task.losses().dtype();
    Gradient gradient = task.gradient();
    Gradient targetGradient = task.targetGradient();
    Gradient either = gradient != null ? gradient : targetGradient;
    Options options =
        options(arithmetic)
            .type("INPUT_TYPE", task.input().tensor())
            .type("TARGET_TYPE", task.target().tensor())
            .type("GRADIENT_TYPE", destination(gradient))
            .type("TARGET_GRADIENT_TYPE", destination(targetGradient))
            .flag(task.kernel().flag());
    cl_program program = context.program(task.kernel().file(), options.toString());
    try (ClCall call = context.call()) {
      Buffers inputs = buffers(call, task.input().tensor(), gradient);
      Buffers targets = buffers(call, task.target().tensor(), targetGradient);
      RowLauncher.launchEach(
          call,
          program,
          "elements",
          task.count(),
          inputs.in(),
          targets.in(),
          readOrNull(call, tensor(task.weight())),
          readOrNull(call, tensor(task.factor())),
          call.read(repeats(task)),
          task.first(),
          task.count(),
          real(arithmetic, task.alpha()),
          real(arithmetic, task.gamma()),
          call.write(task.losses()),
          inputs.out(),
          targets.out(),
          readOrNull(call, upstream(either)),
          real(arithmetic, scale(either)));
      call.finish();
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
        options(task.arithmetic()).flag("LOGARITHM", task.logarithm()),
        task.arithmetic());
  }

  @Override
  public void normalizeGradient(NormalizeGradient task) {
    normalize(
        task.rows(),
        task.input(),
        task.upstream(),
        task.gradient(),
        1,
        options(task.arithmetic()).flag("LOGARITHM", task.logarithm()).flag("BACKWARD", true),
        task.arithmetic());
  }

  @Override
  public void multiply(MatrixProduct task) {
    Matrix left = task.left();
    Matrix right = task.right();
    Tensor start = task.start();
    Tensor result = task.result();
    Options options =
        options(task.arithmetic())
            .type("LEFT_TYPE", left.tensor())
            .type("RIGHT_TYPE", right.tensor())
            .type("RESULT_TYPE", result);
    cl_program program = context.program("matrix_product.cl", options.toString());
    try (ClCall call = context.call()) {
      cl_mem results = start == result ? call.update(result) : call.write(result);
      cl_mem starts = start == result ? results : readOrNull(call, start);
      RowLauncher.launchEach(
          call,
          program,
          "matrix_product",
          task.rows() * task.columns(),
          call.read(left.tensor()),
          left.rowStride(),
          left.columnStride(),
          call.read(right.tensor()),
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
  public void close() {
    context.close();
  }

  private void normalize(
      Rows rows,
      Tensor input,
      @Nullable Tensor upstream,
      Tensor output,
      int dots,
      Options options,
      DType arithmetic) {
    try (ClCall call = context.call()) {
      Buffers buffers = buffers(call, input, output);
      launcher.launch(
          call,
          new RowOperation(
              "normalize.cl",
              options.type("INPUT_TYPE", input).type("OUTPUT_TYPE", output).toString(),
              rows,
              arithmetic,
              dots,
              true,
              buffers.in(),
              Arrays.asList(readOrNull(call, upstream), buffers.out())));
      call.finish();
    }
  }

  /** The buffers of a tensor and of what is written for it, one and the same if in place. */
  private record Buffers(cl_mem in, @Nullable cl_mem out) {}

  private static Buffers buffers(ClCall call, Tensor input, @Nullable Tensor output) {
    if (input == output) {
      cl_mem both = call.update(input);
      return new Buffers(both, both);
    }
    return new Buffers(call.read(input), writeOrNull(call, output));
  }

  private static Buffers buffers(ClCall call, Tensor input, @Nullable Gradient gradient) {
    return buffers(call, input, destination(gradient));
  }

  private static @Nullable cl_mem readOrNull(ClCall call, @Nullable Tensor tensor) {
    return tensor == null ? null : call.read(tensor);
  }

  private static @Nullable cl_mem writeOrNull(ClCall call, @Nullable Tensor tensor) {
    return tensor == null ? null : call.write(tensor);
  }

  private static @Nullable Tensor destination(@Nullable Gradient gradient) {
    return gradient == null ? null : gradient.destination();
  }

  private static @Nullable Tensor upstream(@Nullable Gradient gradient) {
    return gradient == null ? null : gradient.upstream();
  }

  private static double scale(@Nullable Gradient gradient) {
    return gradient == null ? 0 : gradient.scale();
  }

  private static Object real(DType arithmetic, double value) {
    if (arithmetic == DType.F64) {
      return value;
    }
    return (float) value;
  }

  private static double rounded(DType arithmetic, double value) {
    return arithmetic == DType.F64 ? value : (float) value;
  }

  private static Options options(DType arithmetic) {
    return new Options("").flag("REAL_IS_DOUBLE", arithmetic == DType.F64);
  }

  /** What a kernel file is compiled with. */
  private record Options(String text) {
    Options flag(@Nullable String name) {
      return flag(name == null ? "" : name, name != null);
    }

    Options flag(String name, boolean set) {
      return set ? new Options(text + "-D" + name + " ") : this;
    }

    /** The type of a tensor, in the numbers of kernels/element.clh; nothing if there is none. */
    Options type(String name, @Nullable Tensor tensor) {
      if (tensor == null) {
        return this;
      }
      int number =
          switch (tensor.dtype()) {
            case F32 -> 32;
            case F64 -> 64;
            case F16 -> 16;
            case BF16 -> 17;
            default -> throw new IllegalArgumentException(tensor + " is not floating");
          };
      return new Options(text + "-D" + name + "=" + number + " ");
    }

    @Override
    public String toString() {
      return text.strip();
    }
  }
}
