// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import uk.ac.manchester.tornado.api.TaskGraph;

/** The kernels of a plan, in their order, each with its arrays. Every one marks the rows it did. */
final class Tasks {
  private final TaskGraph graph;
  private final PlanArrays a;
  private final PlanKey key;
  private final int rows;
  private int count;

  private Tasks(TaskGraph graph, PlanArrays arrays, PlanKey key) {
    this.graph = graph;
    this.a = arrays;
    this.key = key;
    this.rows = key.rows();
  }

  /**
   * Adds them to a graph.
   *
   * @return how many
   */
  static int add(TaskGraph graph, PlanArrays arrays, PlanKey key) {
    Tasks tasks = new Tasks(graph, arrays, key);
    tasks.add();
    return tasks.count;
  }

  private void add() {
    switch (key.operation()) {
      case CROSS_ENTROPY -> crossEntropy();
      case SMOOTHED_CROSS_ENTROPY -> smoothedCrossEntropy();
      case PROBABILITIES -> probabilities();
      case NLL -> nll();
      case BCE_WITH_LOGITS -> bceWithLogits();
      case SOFTMAX, LOG_SOFTMAX, SOFTMAX_GRADIENT, LOG_SOFTMAX_GRADIENT -> normalization();
    }
  }

  /** The name of the next task. */
  private String next() {
    return "task" + count++;
  }

  private void crossEntropy() {
    graph.task(
        next(),
        SoftmaxKernel::sumsFromLabels,
        a.sizes,
        a.powers,
        a.input,
        a.labels,
        a.sums,
        a.marks,
        rows);
    softmax();
    graph.task(
        next(),
        CrossEntropyKernel::losses,
        a.sizes,
        a.numbers,
        a.input,
        a.labels,
        a.weights,
        a.sums,
        a.softmax,
        a.losses,
        a.correct,
        a.marks,
        rows);
    if (key.gradient()) {
      graph.task(
          next(),
          CrossEntropyKernel::gradient,
          a.sizes,
          a.numbers,
          a.powers,
          a.input,
          a.labels,
          a.weights,
          a.upstreams,
          a.sums,
          a.softmax,
          a.gradient,
          a.marks,
          rows);
    }
  }

  private void smoothedCrossEntropy() {
    sumsFromLargest();
    softmax();
    graph.task(
        next(),
        CrossEntropyKernel::smoothedLosses,
        a.sizes,
        a.numbers,
        a.input,
        a.labels,
        a.weights,
        a.sums,
        a.softmax,
        a.losses,
        a.correct,
        a.marks,
        rows);
    if (key.gradient()) {
      graph.task(
          next(),
          CrossEntropyKernel::smoothedGradient,
          a.sizes,
          a.numbers,
          a.powers,
          a.input,
          a.labels,
          a.weights,
          a.upstreams,
          a.sums,
          a.softmax,
          a.gradient,
          a.marks,
          rows);
    }
  }

  private void sumsFromLargest() {
    graph.task(
        next(),
        SoftmaxKernel::sumsFromLargest,
        a.sizes,
        a.numbers,
        a.powers,
        a.input,
        a.sums,
        a.marks,
        rows);
  }

  private void softmax() {
    graph.task(
        next(),
        SoftmaxKernel::softmaxOfSums,
        a.sizes,
        a.numbers,
        a.powers,
        a.sums,
        a.softmax,
        a.marks,
        rows);
  }

  private void probabilities() {
    sumsFromLargest();
    softmax();
    graph.task(
        next(),
        ProbabilitiesKernel::losses,
        a.sizes,
        a.numbers,
        a.input,
        a.targets,
        a.weights,
        a.sums,
        a.softmax,
        a.losses,
        a.marks,
        rows);
    if (key.gradient()) {
      graph.task(
          next(),
          ProbabilitiesKernel::gradient,
          a.sizes,
          a.numbers,
          a.powers,
          a.input,
          a.targets,
          a.weights,
          a.upstreams,
          a.sums,
          a.softmax,
          a.gradient,
          a.marks,
          rows);
    }
    if (key.targetGradient()) {
      graph.task(
          next(),
          ProbabilitiesKernel::targetGradient,
          a.sizes,
          a.numbers,
          a.input,
          a.weights,
          a.upstreams,
          a.sums,
          a.softmax,
          a.targetGradient,
          a.marks,
          rows);
    }
  }

  private void nll() {
    graph.task(
        next(),
        NllKernel::losses,
        a.sizes,
        a.input,
        a.labels,
        a.weights,
        a.losses,
        a.correct,
        a.marks,
        rows);
    if (key.gradient()) {
      graph.task(
          next(),
          NllKernel::gradient,
          a.sizes,
          a.numbers,
          a.labels,
          a.weights,
          a.upstreams,
          a.gradient,
          a.marks,
          rows);
    }
  }

  private void bceWithLogits() {
    graph.task(
        next(),
        BceWithLogitsKernel::losses,
        a.sizes,
        a.powers,
        a.input,
        a.targets,
        a.weights,
        a.factors,
        a.losses,
        a.marks,
        rows);
    if (key.gradient()) {
      graph.task(
          next(),
          BceWithLogitsKernel::gradient,
          a.sizes,
          a.numbers,
          a.powers,
          a.input,
          a.targets,
          a.weights,
          a.factors,
          a.upstreams,
          a.gradient,
          a.marks,
          rows);
    }
    if (key.targetGradient()) {
      graph.task(
          next(),
          BceWithLogitsKernel::targetGradient,
          a.sizes,
          a.numbers,
          a.powers,
          a.input,
          a.weights,
          a.factors,
          a.upstreams,
          a.targetGradient,
          a.marks,
          rows);
    }
  }

  private void normalization() {
    sumsFromLargest();
    softmax();
    switch (key.operation()) {
      case SOFTMAX ->
          graph.task(
              next(),
              NormalizeKernel::probabilities,
              a.sizes,
              a.powers,
              a.input,
              a.sums,
              a.softmax,
              a.gradient,
              a.marks,
              rows);
      case LOG_SOFTMAX ->
          graph.task(
              next(),
              NormalizeKernel::logProbabilities,
              a.sizes,
              a.input,
              a.sums,
              a.softmax,
              a.gradient,
              a.marks,
              rows);
      case SOFTMAX_GRADIENT ->
          graph.task(
              next(),
              NormalizeKernel::gradient,
              a.sizes,
              a.powers,
              a.input,
              a.upstreams,
              a.sums,
              a.softmax,
              a.gradient,
              a.marks,
              rows);
      default ->
          graph.task(
              next(),
              NormalizeKernel::logGradient,
              a.sizes,
              a.powers,
              a.input,
              a.upstreams,
              a.sums,
              a.softmax,
              a.gradient,
              a.marks,
              rows);
    }
  }
}
