// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.loss4j.DType;
import io.github.loss4j.cli.BenchInputs;
import io.github.loss4j.cli.BenchOperation;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Objects;

/** ONNX Runtime's operator SoftmaxCrossEntropyLoss: forward, on the CPU for F32 alone. */
final class OnnxRuntimePeer implements Peer {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession.SessionOptions options = new OrtSession.SessionOptions();

  OnnxRuntimePeer(int threads) {
    try {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      // Its arena would keep the log-probabilities of the largest shape to the end.
      options.setCPUArenaAllocator(false);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String label() {
    return "ONNX Runtime";
  }

  @Override
  public boolean takes(BenchInputs inputs) {
    return inputs.operation() == BenchOperation.CROSS_ENTROPY
        && !inputs.backward()
        && inputs.input().dtype() == DType.F32;
  }

  @Override
  public Computation prepare(BenchInputs inputs) {
    try {
      OrtSession session =
          environment.createSession(
              OnnxModel.softmaxCrossEntropyLoss(inputs.input().rank()), options);
      OnnxTensor scores =
          OnnxTensor.createTensor(
              environment,
              inputs.input().memory().asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer(),
              inputs.input().shape());
      var labels = Objects.requireNonNull(inputs.target());
      OnnxTensor target =
          OnnxTensor.createTensor(
              environment,
              labels.memory().asByteBuffer().order(ByteOrder.nativeOrder()).asLongBuffer(),
              labels.shape());
      Map<String, OnnxTensor> feed = Map.of(OnnxModel.SCORES, scores, OnnxModel.LABELS, target);
      return new Model(session, feed);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    options.close();
  }

  private record Model(OrtSession session, Map<String, OnnxTensor> feed) implements Computation {
    @Override
    public double compute() {
      try (OrtSession.Result result = session.run(feed)) {
        return ((OnnxTensor) result.get(0)).getFloatBuffer().get(0);
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      try {
        feed.values().forEach(OnnxTensor::close);
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
