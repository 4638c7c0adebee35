// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import io.github.loss4j.ClassMatrix;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.DeviceMemory;
import io.github.loss4j.LinearRequest;
import io.github.loss4j.Loss;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.LossTotals;
import io.github.loss4j.Normalization;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A session that computes exactly: it fills the caller's tensors with rounded results, and knows by
 * tensor what they were before. So whatever drives a session can be asked for its errors.
 */
public final class ExactSession implements LossSession {
  private final IdentityHashMap<Tensor, List<Wide>> exact = new IdentityHashMap<>();

  /** What a tensor would hold if its type had 40 digits; it must have been filled by this. */
  public List<Wide> exactly(Tensor tensor) {
    return Objects.requireNonNull(exact.get(tensor));
  }

  @Override
  public LossResult evaluate(Loss loss, Tensor input, Tensor target, Request request) {
    ExactResult result = ExactLosses.evaluate(loss, input, target, request.upstream());
    DType type = input.dtype().arithmetic();
    boolean none = loss.reduction() == Reduction.NONE;
    Tensor losses = Tensor.allocate(type, none ? new long[] {result.output().size()} : new long[0]);
    fill(losses, result.output());
    fill(request.inputGradient(), result.inputGradient());
    if (result.targetGradient() != null) {
      fill(request.targetGradient(), result.targetGradient());
    }
    return new LossResult(losses, new LossTotals(loss), backend(), device(), Map.of());
  }

  @Override
  public LossResult linearCrossEntropy(
      CrossEntropyLoss loss,
      Tensor hidden,
      ClassMatrix classes,
      Tensor target,
      LinearRequest request) {
    throw new UnsupportedOperationException("make the logits, and evaluate their cross-entropy");
  }

  @Override
  public void apply(Normalization function, Tensor input, Tensor output) {
    fill(output, ExactLosses.evaluate(function, input, null).output());
  }

  @Override
  public void gradient(
      Normalization function, Tensor input, @Nullable Tensor upstream, Tensor gradient) {
    fill(gradient, ExactLosses.evaluate(function, input, upstream).inputGradient());
  }

  private void fill(@Nullable Tensor tensor, List<Wide> values) {
    if (tensor != null) {
      for (int i = 0; i < values.size(); i++) {
        tensor.setDouble(i, values.get(i).toDouble());
      }
      exact.put(tensor, values);
    }
  }

  @Override
  public DeviceMemory memory(long bytes) {
    throw new UnsupportedOperationException("nobody measures BigDecimal");
  }

  @Override
  public String backend() {
    return "exact";
  }

  @Override
  public String device() {
    return "BigDecimal";
  }

  @Override
  public void close() {
    exact.clear();
  }
}
