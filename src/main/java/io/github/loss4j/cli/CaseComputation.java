// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import com.google.gson.JsonElement;
import io.github.loss4j.BCELoss;
import io.github.loss4j.BCEWithLogitsLoss;
import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.KLDivLoss;
import io.github.loss4j.LogSoftmax;
import io.github.loss4j.Loss;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Normalization;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.SigmoidFocalLoss;
import io.github.loss4j.Softmax;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Computes what a conformance case recorded: a loss or a normalisation, and its gradients. */
final class CaseComputation {
  private static final Set<String> OPS =
      Set.of(
          "log_softmax",
          "softmax",
          "nll_loss",
          "cross_entropy",
          "bce",
          "bce_with_logits",
          "kl_div",
          "sigmoid_focal_loss",
          "softmax_focal_loss");

  /** A label that no case has; it stands for "none is ignored". */
  private static final long IGNORE_NONE = Long.MIN_VALUE;

  private final ConformanceCase wanted;
  private final Map<String, Tensor> inputs;
  private final Tensor input;
  private final LossSession session;
  private final Map<String, Tensor> outputs = new HashMap<>();

  private CaseComputation(ConformanceCase wanted, Map<String, Tensor> inputs, LossSession session) {
    this.wanted = wanted;
    this.inputs = inputs;
    this.input = input("input");
    this.session = session;
  }

  /** Whether this version has an operation. */
  static boolean implemented(String op) {
    return OPS.contains(op);
  }

  /**
   * Computes the outputs of a case whose operation is implemented.
   *
   * @return tensors by role
   * @throws InvalidInputException if loss4j refuses the inputs
   */
  static Map<String, Tensor> outputs(
      ConformanceCase wanted, Map<String, Tensor> inputs, LossSession session) {
    CaseComputation computation = new CaseComputation(wanted, inputs, session);
    computation.compute();
    return computation.outputs;
  }

  private void compute() {
    switch (wanted.op()) {
      case "log_softmax" -> normalize(new LogSoftmax(attribute("axis").getAsInt()));
      case "softmax" -> normalize(new Softmax(attribute("axis").getAsInt()));
      case "nll_loss" -> evaluate(new NLLLoss(inputs.get("weight"), ignoreIndex(), reduction()));
      case "cross_entropy" ->
          evaluate(
              new CrossEntropyLoss(
                  inputs.get("weight"),
                  ignoreIndex(),
                  reduction(),
                  attribute("label_smoothing").getAsDouble()));
      case "bce" -> evaluate(new BCELoss(inputs.get("weight"), reduction()));
      case "bce_with_logits" ->
          evaluate(
              new BCEWithLogitsLoss(inputs.get("weight"), reduction(), inputs.get("pos_weight")));
      case "kl_div" -> evaluate(new KLDivLoss(reduction(), attribute("log_target").getAsBoolean()));
      case "sigmoid_focal_loss" ->
          evaluate(
              new SigmoidFocalLoss(
                  attribute("alpha").getAsDouble(), attribute("gamma").getAsDouble(), reduction()));
      case "softmax_focal_loss" ->
          evaluate(
              new SoftmaxFocalLoss()
                  .withAlpha(alpha())
                  .withGamma(attribute("gamma").getAsDouble())
                  .withReduction(reduction()));
      default -> throw new IllegalArgumentException(wanted.op() + " is not implemented");
    }
  }

  private void normalize(Normalization function) {
    outputs.put("output", session.apply(function, input));
    if (wanted.has("grad_input")) {
      Tensor gradient = like(input);
      session.gradient(function, input, inputs.get("grad_output"), gradient);
      outputs.put("grad_input", gradient);
    }
  }

  private void evaluate(Loss loss) {
    Request request = Request.LOSS;
    if (inputs.containsKey("grad_output")) {
      request = request.withUpstream(input("grad_output"));
    }
    if (wanted.has("grad_input")) {
      Tensor gradient = like(input);
      request = request.withInputGradient(gradient);
      outputs.put("grad_input", gradient);
    }
    if (wanted.has("grad_target")) {
      Tensor gradient = like(input("target"));
      request = request.withTargetGradient(gradient);
      outputs.put("grad_target", gradient);
    }
    outputs.put("loss", session.evaluate(loss, input, input("target"), request).loss());
    if (wanted.has("log_prob")) {
      outputs.put("log_prob", session.apply(new LogSoftmax(ClassLoss.classAxis(input)), input));
    }
  }

  private Tensor input(String role) {
    return Objects.requireNonNull(inputs.get(role), () -> wanted.name() + " has no " + role);
  }

  private static Tensor like(Tensor tensor) {
    return Tensor.allocate(tensor.dtype(), tensor.shape());
  }

  private Reduction reduction() {
    return Reduction.valueOf(attribute("reduction").getAsString().toUpperCase(Locale.ROOT));
  }

  private long ignoreIndex() {
    JsonElement index = attribute("ignore_index");
    return index.isJsonNull() ? IGNORE_NONE : index.getAsLong();
  }

  private @Nullable Tensor alpha() {
    JsonElement alpha = attribute("alpha");
    return alpha.isJsonNull() ? null : Tensor.scalar(alpha.getAsDouble(), input.dtype());
  }

  private JsonElement attribute(String key) {
    return ConformanceCase.required(wanted.attributes(), key);
  }
}
