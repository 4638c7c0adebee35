// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.Tensor;
import io.github.loss4j.io.TensorFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that describe a loss, with PyTorch's names and defaults. */
final class LossOptions {
  @Option(
      names = "--loss",
      paramLabel = "LOSS",
      converter = LossKind.Converter.class,
      description = {
        "cross-entropy: the input is logits; nll: the input is log-probabilities.",
        "Default: ${DEFAULT-VALUE}."
      })
  private LossKind kind = LossKind.CROSS_ENTROPY;

  @Option(
      names = "--weight",
      paramLabel = "FILE[:TENSOR]",
      description = "A weight per class, of shape (C). Default: 1 for each.")
  private @Nullable String weight;

  @Option(
      names = "--ignore-index",
      paramLabel = "INDEX",
      description = "The label of rows that do not count. Default: ${DEFAULT-VALUE}.")
  private long ignoreIndex = CrossEntropyLoss.IGNORE_INDEX;

  @Option(
      names = "--label-smoothing",
      paramLabel = "EPSILON",
      description = "From 0 to 1; for cross-entropy only. Default: ${DEFAULT-VALUE}.")
  private double labelSmoothing;

  @Option(
      names = "--reduction",
      paramLabel = "REDUCTION",
      description = {
        "What the text output begins with: the mean, the sum or, with none, neither; --json has"
            + " both, always. Default: mean."
      })
  private Reduction reduction = Reduction.MEAN;

  /** The loss, whose batches are reduced together later. */
  ClassLoss loss(Arena arena) throws IOException {
    if (kind == LossKind.NLL && labelSmoothing != 0) {
      throw new UsageException("--label-smoothing goes with --loss cross-entropy only");
    }
    CrossEntropyLoss crossEntropy = smoothed();
    Tensor weights = weight == null ? null : TensorFiles.read(weight, arena);
    return switch (kind) {
      case CROSS_ENTROPY -> crossEntropy.withWeight(weights);
      case NLL -> new NLLLoss(weights, ignoreIndex, Reduction.NONE);
    };
  }

  String reduction() {
    return reduction.name().toLowerCase(Locale.ROOT);
  }

  private CrossEntropyLoss smoothed() {
    try {
      return new CrossEntropyLoss(null, ignoreIndex, Reduction.NONE, labelSmoothing);
    } catch (InvalidInputException e) {
      throw new UsageException("--label-smoothing: " + e.getMessage());
    }
  }
}
