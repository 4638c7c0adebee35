// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.ClassMatrix;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DeviceMemory;
import io.github.loss4j.LinearRequest;
import io.github.loss4j.Loss;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Normalization;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import java.util.IdentityHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does every call with tensors in the device's memory, in place of those of the host. */
final class ResidentSession implements LossSession {
  private final CallerContext caller;

  ResidentSession(CallerContext caller) {
    this.caller = caller;
  }

  /** The tensors of one call; what is given twice is one, so that in place stays in place. */
  private final class Call {
    private final IdentityHashMap<Tensor, Tensor> residents = new IdentityHashMap<>();

    @Nullable Tensor in(@Nullable Tensor host) {
      return host == null ? null : residents.computeIfAbsent(host, caller::resident);
    }

    <T> T then(Supplier<T> call, @Nullable Tensor... results) {
      T result = call.get();
      for (Tensor host : results) {
        if (host != null) {
          host.copyFrom(residents.get(host));
        }
      }
      return result;
    }
  }

  @Override
  public LossResult evaluate(Loss loss, Tensor input, Tensor target, Request request) {
    Call call = new Call();
    Request there =
        new Request(
            call.in(request.inputGradient()),
            call.in(request.targetGradient()),
            call.in(request.upstream()),
            request.accuracy(),
            request.firstRow(),
            request.statistics());
    return call.then(
        () -> caller.session.evaluate(loss, call.in(input), call.in(target), there),
        request.inputGradient(),
        request.targetGradient());
  }

  @Override
  public LossResult linearCrossEntropy(
      CrossEntropyLoss loss,
      Tensor hidden,
      ClassMatrix classes,
      Tensor target,
      LinearRequest request) {
    Call call = new Call();
    LinearRequest there =
        new LinearRequest(
            call.in(request.hiddenGradient()),
            call.in(request.weightGradient()),
            call.in(request.biasGradient()),
            call.in(request.upstream()),
            request.accuracy(),
            request.firstRow(),
            request.workspaceBytes());
    ClassMatrix matrix = new ClassMatrix(call.in(classes.weight()), call.in(classes.bias()));
    return call.then(
        () ->
            caller.session.linearCrossEntropy(
                loss, call.in(hidden), matrix, call.in(target), there),
        request.hiddenGradient(),
        request.weightGradient(),
        request.biasGradient());
  }

  @Override
  public void apply(Normalization function, Tensor input, Tensor output) {
    Call call = new Call();
    call.then(
        () -> {
          caller.session.apply(function, call.in(input), call.in(output));
          return output;
        },
        output);
  }

  @Override
  public void gradient(
      Normalization function, Tensor input, @Nullable Tensor upstream, Tensor gradient) {
    Call call = new Call();
    call.then(
        () -> {
          caller.session.gradient(function, call.in(input), call.in(upstream), call.in(gradient));
          return gradient;
        },
        gradient);
  }

  @Override
  public DeviceMemory memory(long bytes) {
    return caller.session.memory(bytes);
  }

  @Override
  public String backend() {
    return caller.session.backend();
  }

  @Override
  public String device() {
    return caller.session.device();
  }

  @Override
  public void close() {}
}
