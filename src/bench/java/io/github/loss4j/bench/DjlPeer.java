// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.cli.BenchInputs;
import io.github.loss4j.cli.BenchOperation;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * DJL's SoftmaxCrossEntropyLoss on its engine PyTorch. It brings a libtorch of its own, so that
 * {@link LibtorchPeer} needs another JVM.
 */
final class DjlPeer implements Peer {
  private final Engine engine = Engine.getEngine("PyTorch");
  private final NDManager manager = engine.newBaseManager();

  DjlPeer(int threads) {
    JniUtils.setNumThreads(threads);
  }

  @Override
  public String label() {
    return "DJL";
  }

  @Override
  public boolean takes(BenchInputs inputs) {
    return inputs.operation() == BenchOperation.CROSS_ENTROPY
        && inputs.input().dtype() == DType.F32;
  }

  @Override
  public Computation prepare(BenchInputs inputs) {
    NDManager scope = manager.newSubManager();
    NDArray logits = wrap(scope, inputs.input(), DataType.FLOAT32);
    NDArray labels = wrap(scope, Objects.requireNonNull(inputs.target()), DataType.INT64);
    logits.setRequiresGradient(inputs.backward());
    return new Evaluation(scope, logits, labels, inputs.backward());
  }

  private static NDArray wrap(NDManager scope, Tensor tensor, DataType type) {
    var memory = tensor.memory().asByteBuffer().order(ByteOrder.nativeOrder());
    return scope.create(memory, new Shape(tensor.shape()), type);
  }

  @Override
  public void close() {
    manager.close();
  }

  private final class Evaluation implements Computation {
    private final NDManager scope;
    private final NDArray logits;
    private final NDArray labels;
    private final boolean backward;
    private final SoftmaxCrossEntropyLoss loss =
        new SoftmaxCrossEntropyLoss("loss", 1, 1, true, true);

    Evaluation(NDManager scope, NDArray logits, NDArray labels, boolean backward) {
      this.scope = scope;
      this.logits = logits;
      this.labels = labels;
      this.backward = backward;
    }

    @Override
    public double compute() {
      try (NDManager made = scope.newSubManager()) {
        NDList input = new NDList(labels);
        NDList prediction = new NDList(logits);
        logits.tempAttach(made);
        labels.tempAttach(made);
        if (!backward) {
          return loss.evaluate(input, prediction).getFloat();
        }
        try (GradientCollector collector = engine.newGradientCollector()) {
          NDArray value = loss.evaluate(input, prediction);
          collector.backward(value);
          return value.getFloat();
        }
      }
    }

    @Override
    public void close() {
      scope.close();
    }
  }
}
