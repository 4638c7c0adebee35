// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.cli.BenchInputs;
import io.github.loss4j.cli.BenchOperation;
import java.util.Objects;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** PyTorch's C++ library. */
final class LibtorchPeer implements Peer {
  private static final long MEAN = 1;
  private static final long IGNORE_INDEX = -100;
  private static final double SMOOTHING = 0.1;

  LibtorchPeer(int threads) {
    torch.set_num_threads(threads);
  }

  @Override
  public String label() {
    return "libtorch";
  }

  @Override
  public boolean takes(BenchInputs inputs) {
    return switch (inputs.operation()) {
      case SOFTMAX_FOCAL, SIGMOID_FOCAL -> false;
      default -> true;
    };
  }

  @Override
  public Computation prepare(BenchInputs inputs) {
    return new Wrapped(inputs);
  }

  @Override
  public void close() {}

  private static final class Wrapped implements Computation {
    private final BenchOperation operation;
    private final boolean backward;
    private final PointerScope scope = new PointerScope();
    private final org.bytedeco.pytorch.Tensor input;
    private final org.bytedeco.pytorch.@Nullable Tensor target;
    private final TensorOptional none = new TensorOptional();

    Wrapped(BenchInputs inputs) {
      operation = inputs.operation();
      backward = inputs.backward();
      input = wrap(inputs.input());
      input.set_requires_grad(backward);
      Tensor second = inputs.target();
      target = second == null ? null : wrap(second);
    }

    private static org.bytedeco.pytorch.Tensor wrap(Tensor tensor) {
      TensorOptions options =
          new TensorOptions().dtype(new ScalarTypeOptional(type(tensor.dtype())));
      return torch.from_blob(new Pointer(tensor.memory().asByteBuffer()), tensor.shape(), options);
    }

    @Override
    public double compute() {
      try (PointerScope _ = new PointerScope();
          AutoGradMode _ = new AutoGradMode(backward)) {
        org.bytedeco.pytorch.Tensor output = output();
        if (backward) {
          gradient(output);
        }
        return operation.isFunction() ? Double.NaN : output.item_float();
      }
    }

    private org.bytedeco.pytorch.Tensor output() {
      return switch (operation) {
        case CROSS_ENTROPY, CROSS_ENTROPY_PROBABILITIES ->
            torch.cross_entropy_loss(input, second(), none, MEAN, IGNORE_INDEX, 0);
        case CROSS_ENTROPY_SMOOTHED ->
            torch.cross_entropy_loss(input, second(), none, MEAN, IGNORE_INDEX, SMOOTHING);
        case NLL -> torch.nll_loss_nd(input, second(), none, MEAN, IGNORE_INDEX);
        case BCE_WITH_LOGITS -> torch.binary_cross_entropy_with_logits(input, second());
        case KL_DIV -> torch.kl_div(input, second());
        case SOFTMAX -> torch.softmax(input, 1);
        case LOG_SOFTMAX -> torch.log_softmax(input, 1);
        case SOFTMAX_FOCAL, SIGMOID_FOCAL -> throw new UnsupportedOperationException();
      };
    }

    /** Returns the gradient instead of adding it to what the input holds from the last time. */
    private void gradient(org.bytedeco.pytorch.Tensor output) {
      TensorVector outputs = new TensorVector(output);
      TensorVector inputs = new TensorVector(input);
      if (operation.isFunction()) {
        torch.grad(
            outputs, inputs, new TensorVector(second()), new BoolOptional(false), false, false);
      } else {
        torch.grad(outputs, inputs);
      }
    }

    private org.bytedeco.pytorch.Tensor second() {
      return Objects.requireNonNull(target);
    }

    private static ScalarType type(DType dtype) {
      return switch (dtype) {
        case F32 -> ScalarType.Float;
        case F64 -> ScalarType.Double;
        case BF16 -> ScalarType.BFloat16;
        case F16 -> ScalarType.Half;
        case I64 -> ScalarType.Long;
        default -> throw new IllegalArgumentException(dtype.toString());
      };
    }

    @Override
    public void close() {
      scope.close();
    }
  }
}
