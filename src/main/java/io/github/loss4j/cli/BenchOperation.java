// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.BCEWithLogitsLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.KLDivLoss;
import io.github.loss4j.LogSoftmax;
import io.github.loss4j.Loss;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Normalization;
import io.github.loss4j.Request;
import io.github.loss4j.SigmoidFocalLoss;
import io.github.loss4j.Softmax;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code loss4j bench} can measure; public for src/bench, as are the inputs and shapes. */
public enum BenchOperation {
  CROSS_ENTROPY,
  CROSS_ENTROPY_SMOOTHED,
  CROSS_ENTROPY_PROBABILITIES,
  NLL,
  SOFTMAX_FOCAL,
  SOFTMAX,
  LOG_SOFTMAX,
  BCE_WITH_LOGITS,
  SIGMOID_FOCAL,
  KL_DIV;

  private @Nullable Loss loss() {
    return switch (this) {
      case CROSS_ENTROPY, CROSS_ENTROPY_PROBABILITIES -> new CrossEntropyLoss();
      case CROSS_ENTROPY_SMOOTHED -> new CrossEntropyLoss().withLabelSmoothing(0.1);
      case NLL -> new NLLLoss();
      case SOFTMAX_FOCAL -> new SoftmaxFocalLoss();
      case BCE_WITH_LOGITS -> new BCEWithLogitsLoss();
      case SIGMOID_FOCAL -> new SigmoidFocalLoss();
      case KL_DIV -> new KLDivLoss();
      case SOFTMAX, LOG_SOFTMAX -> null;
    };
  }

  /** As {@code --op} has it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static BenchOperation of(String label) {
    return Arrays.stream(values())
        .filter(operation -> operation.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "no operation is named %s; there are %s"
                        .formatted(
                            label,
                            Arrays.stream(values())
                                .map(BenchOperation::label)
                                .collect(Collectors.joining(", ")))));
  }

  public boolean takesLabels() {
    return switch (this) {
      case CROSS_ENTROPY, CROSS_ENTROPY_SMOOTHED, NLL, SOFTMAX_FOCAL -> true;
      default -> false;
    };
  }

  /** Whether another tensor of the input's shape is read: targets or, backward, an upstream. */
  boolean readsSecond(boolean backward) {
    return isFunction() ? backward : !takesLabels();
  }

  /** Whether a tensor of the input's shape is written. */
  boolean writes(boolean backward) {
    return backward || isFunction();
  }

  public boolean isFunction() {
    return this == SOFTMAX || this == LOG_SOFTMAX;
  }

  /**
   * Computes once.
   *
   * @param target null if none is taken
   * @param into of the input's shape: the gradient or the output; null if there is none
   * @return the loss; NaN of a function, which has none
   */
  double run(
      LossSession session,
      boolean backward,
      Tensor input,
      @Nullable Tensor target,
      @Nullable Tensor into) {
    Loss loss = loss();
    if (loss != null) {
      Request request = into == null ? Request.LOSS : Request.gradient(into);
      return session.evaluate(loss, input, Objects.requireNonNull(target), request).value();
    }
    Normalization function = this == SOFTMAX ? new Softmax(1) : new LogSoftmax(1);
    if (backward) {
      session.gradient(function, input, target, Objects.requireNonNull(into));
    } else {
      session.apply(function, input, Objects.requireNonNull(into));
    }
    return Double.NaN;
  }
}
