// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function of float64 tensors whose gradients are to be checked at a point that is no kink: the
 * sum of its outputs, each times its upstream gradient.
 */
interface GradientCase {

  /** What is differentiated, for messages. */
  String name();

  /** The outputs at the tensors as they are now. */
  Tensor outputs(LossSession session);

  /** Of the outputs' shape; null for 1. */
  @Nullable Tensor upstream();

  /** What the library says of the gradients. */
  List<Gradient> gradients(LossSession session);

  /** A gradient with respect to a tensor. */
  record Gradient(String of, Tensor tensor, Tensor gradient) {
    static Gradient of(String of, Tensor tensor) {
      return new Gradient(of, tensor, Tensor.allocate(DType.F64, tensor.shape()));
    }
  }

  /** The value of the function. */
  default double value(LossSession session) {
    Tensor outputs = outputs(session);
    Tensor upstream = upstream();
    double sum = 0;
    for (long i = 0; i < outputs.size(); i++) {
      sum += outputs.getDouble(i) * (upstream == null ? 1 : upstream.getDouble(i));
    }
    return sum;
  }

  /**
   * A loss.
   *
   * @param ofTarget whether there is a gradient with respect to the target
   */
  record OfLoss(Loss loss, Tensor input, Tensor target, @Nullable Tensor upstream, boolean ofTarget)
      implements GradientCase {
    @Override
    public String name() {
      return "%s of input %s and target %s".formatted(loss, input, target);
    }

    @Override
    public Tensor outputs(LossSession session) {
      return session.evaluate(loss, input, target).loss();
    }

    @Override
    public List<Gradient> gradients(LossSession session) {
      List<Gradient> gradients = new ArrayList<>();
      Gradient ofInput = Gradient.of("input", input);
      gradients.add(ofInput);
      Request request = Request.gradient(ofInput.gradient());
      if (upstream != null) {
        request = request.withUpstream(upstream);
      }
      if (ofTarget) {
        Gradient ofTargets = Gradient.of("target", target);
        gradients.add(ofTargets);
        request = request.withTargetGradient(ofTargets.gradient());
      }
      session.evaluate(loss, input, target, request);
      return gradients;
    }
  }

  /** Cross-entropy from hidden states. */
  record OfLinear(
      CrossEntropyLoss loss,
      Tensor hidden,
      ClassMatrix classes,
      Tensor labels,
      @Nullable Tensor upstream)
      implements GradientCase {
    @Override
    public String name() {
      return "%s of hidden states %s and classes %s".formatted(loss, hidden, classes);
    }

    @Override
    public Tensor outputs(LossSession session) {
      return session.linearCrossEntropy(loss, hidden, classes, labels).loss();
    }

    @Override
    public List<Gradient> gradients(LossSession session) {
      Gradient ofHidden = Gradient.of("hidden states", hidden);
      Gradient ofWeight = Gradient.of("class matrix", classes.weight());
      List<Gradient> gradients = new ArrayList<>(List.of(ofHidden, ofWeight));
      LinearRequest request =
          LinearRequest.LOSS
              .withHiddenGradient(ofHidden.gradient())
              .withWeightGradient(ofWeight.gradient());
      if (classes.bias() != null) {
        Gradient ofBias = Gradient.of("bias", classes.bias());
        gradients.add(ofBias);
        request = request.withBiasGradient(ofBias.gradient());
      }
      if (upstream != null) {
        request = request.withUpstream(upstream);
      }
      session.linearCrossEntropy(loss, hidden, classes, labels, request);
      return gradients;
    }
  }

  /** A normalisation. */
  record OfNormalization(Normalization function, Tensor input, @Nullable Tensor upstream)
      implements GradientCase {
    @Override
    public String name() {
      return "%s of input %s".formatted(function, input);
    }

    @Override
    public Tensor outputs(LossSession session) {
      return session.apply(function, input);
    }

    @Override
    public List<Gradient> gradients(LossSession session) {
      Gradient ofInput = Gradient.of("input", input);
      session.gradient(function, input, upstream, ofInput.gradient());
      return List.of(ofInput);
    }
  }
}
