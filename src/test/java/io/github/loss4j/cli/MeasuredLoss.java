// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.BCELoss;
import io.github.loss4j.BCEWithLogitsLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.KLDivLoss;
import io.github.loss4j.LogSoftmax;
import io.github.loss4j.Loss;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.SigmoidFocalLoss;
import io.github.loss4j.Softmax;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import io.github.loss4j.cli.MeasuredInputs.Operands;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A loss or normalisation whose errors are measured, and on what.
 *
 * @param name as the page has it
 * @param inputs operands by what they are like, drawn for a type
 * @param computation fills tensors by the name of their column
 */
record MeasuredLoss(String name, Inputs inputs, Computation computation) {
  static final String LOSS = "loss";
  static final String OUTPUT = "output";
  static final String GRADIENT = "input gradient";
  static final String TARGET_GRADIENT = "target gradient";

  /** Operands by what they are like. */
  interface Inputs {
    Map<String, Operands> draw(DType type);
  }

  /** What is measured, by column. */
  interface Computation {
    Map<String, Tensor> compute(LossSession session, Operands operands);
  }

  /** One entry for each; a new loss is a new entry. */
  static final List<MeasuredLoss> ALL =
      List.of(
          ofRows("CrossEntropyLoss, labels", new CrossEntropyLoss(), true),
          ofRows(
              "CrossEntropyLoss, labels, `labelSmoothing = 0.1`",
              new CrossEntropyLoss().withLabelSmoothing(0.1),
              true),
          ofRows("CrossEntropyLoss, target probabilities", new CrossEntropyLoss(), false),
          ofRows(
              "CrossEntropyLoss, labels, `softCap = 30`, `temperature = 0.7`, `zLoss = 0.0001`",
              new CrossEntropyLoss().withSoftCap(30).withTemperature(0.7).withZLoss(1e-4),
              true),
          ofRows("SoftmaxFocalLoss, labels, `gamma = 2`", new SoftmaxFocalLoss(), true),
          ofRows(
              "SoftmaxFocalLoss, target probabilities, `gamma = 2`", new SoftmaxFocalLoss(), false),
          new MeasuredLoss(
              "NLLLoss", type -> new MeasuredInputs(type).rows(true), MeasuredLoss::nll),
          new MeasuredLoss(
              "LogSoftmax", type -> new MeasuredInputs(type).rows(true), MeasuredLoss::logSoftmax),
          new MeasuredLoss(
              "Softmax", type -> new MeasuredInputs(type).rows(true), MeasuredLoss::softmax),
          of(
              "BCEWithLogitsLoss",
              type -> new MeasuredInputs(type).logits(),
              new BCEWithLogitsLoss().withReduction(Reduction.NONE)),
          of(
              "SigmoidFocalLoss, `alpha = 0.25`, `gamma = 2`",
              type -> new MeasuredInputs(type).logits(),
              new SigmoidFocalLoss()),
          of(
              "BCELoss",
              type -> new MeasuredInputs(type).probabilities(),
              new BCELoss().withReduction(Reduction.NONE)),
          of(
              "KLDivLoss",
              type -> new MeasuredInputs(type).divergence(false),
              new KLDivLoss(Reduction.NONE, false)),
          of(
              "KLDivLoss, `logTarget`",
              type -> new MeasuredInputs(type).divergence(true),
              new KLDivLoss(Reduction.NONE, true)));

  private static MeasuredLoss of(String name, Inputs inputs, Loss loss) {
    return new MeasuredLoss(name, inputs, (session, in) -> evaluate(session, loss, in));
  }

  private static MeasuredLoss ofRows(String name, CrossEntropyLoss loss, boolean labels) {
    Loss perRow = loss.withReduction(Reduction.NONE);
    return of(name, type -> new MeasuredInputs(type).rows(labels), perRow);
  }

  private static MeasuredLoss ofRows(String name, SoftmaxFocalLoss loss, boolean labels) {
    Loss perRow = loss.withReduction(Reduction.NONE);
    return of(name, type -> new MeasuredInputs(type).rows(labels), perRow);
  }

  private static Map<String, Tensor> evaluate(LossSession session, Loss loss, Operands in) {
    Map<String, Tensor> results = new LinkedHashMap<>();
    Tensor gradient = Tensor.allocate(in.input().dtype(), in.input().shape());
    Request request = Request.gradient(gradient);
    Tensor ofTarget = null;
    if (in.target().dtype().isFloating()) {
      ofTarget = Tensor.allocate(in.target().dtype(), in.target().shape());
      request = request.withTargetGradient(ofTarget);
    }
    results.put(LOSS, session.evaluate(loss, in.input(), in.target(), request).loss());
    results.put(GRADIENT, gradient);
    if (ofTarget != null) {
      results.put(TARGET_GRADIENT, ofTarget);
    }
    return results;
  }

  private static Map<String, Tensor> nll(LossSession session, Operands in) {
    Loss loss = new NLLLoss().withWeight(in.weight()).withReduction(Reduction.NONE);
    return evaluate(session, loss, in);
  }

  private static Map<String, Tensor> logSoftmax(LossSession session, Operands in) {
    Tensor output = session.apply(new LogSoftmax(1), in.input());
    Tensor gradient = Tensor.allocate(in.input().dtype(), in.input().shape());
    session.gradient(new LogSoftmax(1), in.input(), in.upstream(), gradient);
    return results(output, gradient);
  }

  private static Map<String, Tensor> softmax(LossSession session, Operands in) {
    Tensor output = session.apply(new Softmax(1), in.input());
    Tensor gradient = Tensor.allocate(in.input().dtype(), in.input().shape());
    session.gradient(new Softmax(1), in.input(), in.upstream(), gradient);
    return results(output, gradient);
  }

  private static Map<String, Tensor> results(Tensor output, Tensor gradient) {
    Map<String, Tensor> results = new LinkedHashMap<>();
    results.put(OUTPUT, output);
    results.put(GRADIENT, gradient);
    return results;
  }
}
