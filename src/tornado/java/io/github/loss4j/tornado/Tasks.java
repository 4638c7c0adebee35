// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import uk.ac.manchester.tornado.api.TaskGraph;

/**
 * The kernels of a plan, in their order, each with its arrays. Every one marks the rows, or the
 * strips of rows, that it has done.
 */
final class Tasks {
  private final TaskGraph graph;
  private final Grids grids;
  private final PlanArrays a;
  private final PlanKey key;
  private int rowTasks;
  private int stripTasks;

  private Tasks(TaskGraph graph, Grids grids, PlanArrays arrays, PlanKey key) {
    this.graph = graph;
    this.grids = grids;
    this.a = arrays;
    this.key = key;
  }

  /**
   * Adds them to a graph, and the sizes of their grids to the others.
   *
   * @return how many mark rows and strips
   */
  static Marked add(TaskGraph graph, Grids grids, PlanArrays arrays, PlanKey key) {
    Tasks tasks = new Tasks(graph, grids, arrays, key);
    tasks.add();
    return new Marked(tasks.rowTasks, tasks.stripTasks);
  }

  /** How many tasks mark each row, and how many each strip. */
  record Marked(int rowTasks, int stripTasks) {}

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

  /** The name of the next task, which marks rows. */
  private String ofRows() {
    String name = "rows" + rowTasks++;
    grids.addRows(graph.getTaskGraphName(), name);
    return name;
  }

  /** The name of the next task, which marks strips. */
  private String ofStrips() {
    String name = "strips" + stripTasks++;
    grids.addStrips(graph.getTaskGraphName(), name);
    return name;
  }

  private void crossEntropy() {
    fromLabels();
    softmax();
    graph.task(
        ofRows(),
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
        a.marks);
    if (key.gradient()) {
      graph.task(
          ofStrips(),
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
          a.stripMarks);
    }
  }

  private void smoothedCrossEntropy() {
    fromLargest();
    softmax();
    graph.task(
        ofRows(),
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
        a.marks);
    if (key.gradient()) {
      graph.task(
          ofStrips(),
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
          a.stripMarks);
    }
  }

  /** The sums of rows seen from their labels' logits. */
  private void fromLabels() {
    if (key.shape() == RowShape.BY_ROW) {
      graph.task(
          ofRows(),
          SoftmaxKernel::sumsFromLabels,
          a.sizes,
          a.powers,
          a.input,
          a.labels,
          a.sums,
          a.marks);
    } else {
      graph.task(ofRows(), LanesKernel::fromLabels, a.sizes, a.input, a.labels, a.sums, a.marks);
      sumLanes(0);
    }
  }

  /** The sums of rows seen from their largest logits. */
  private void fromLargest() {
    if (key.shape() == RowShape.BY_ROW) {
      graph.task(
          ofRows(),
          SoftmaxKernel::sumsFromLargest,
          a.sizes,
          a.numbers,
          a.powers,
          a.input,
          a.sums,
          a.marks);
    } else {
      graph.task(ofStrips(), LanesKernel::largest, a.sizes, a.input, a.parts, a.stripMarks);
      graph.task(ofRows(), LanesKernel::fromLargest, a.sizes, a.parts, a.sums, a.marks);
      sumLanes(1);
    }
  }

  private void sumLanes(int byReference) {
    graph.task(
        ofStrips(), LanesKernel::largestOther, a.sizes, a.input, a.sums, a.parts, a.stripMarks);
    graph.task(ofRows(), LanesKernel::shift, a.sizes, a.parts, a.sums, a.marks, byReference);
    graph.task(
        ofStrips(),
        LanesKernel::sumOfLanes,
        a.sizes,
        a.powers,
        a.input,
        a.sums,
        a.parts,
        a.stripMarks);
    graph.task(ofRows(), LanesKernel::joinLanes, a.sizes, a.parts, a.sums, a.marks);
  }

  private void softmax() {
    graph.task(
        ofRows(),
        SoftmaxKernel::softmaxOfSums,
        a.sizes,
        a.numbers,
        a.powers,
        a.sums,
        a.softmax,
        a.marks);
  }

  private void probabilities() {
    fromLargest();
    softmax();
    graph.task(
        ofRows(),
        ProbabilitiesKernel::losses,
        a.sizes,
        a.numbers,
        a.input,
        a.targets,
        a.weights,
        a.sums,
        a.softmax,
        a.losses,
        a.marks);
    if (key.gradient()) {
      graph.task(
          ofRows(),
          ProbabilitiesKernel::coefficients,
          a.sizes,
          a.numbers,
          a.targets,
          a.weights,
          a.dots,
          a.marks);
      graph.task(
          ofStrips(),
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
          a.dots,
          a.gradient,
          a.stripMarks);
    }
    if (key.targetGradient()) {
      graph.task(
          ofStrips(),
          ProbabilitiesKernel::targetGradient,
          a.sizes,
          a.numbers,
          a.input,
          a.weights,
          a.upstreams,
          a.sums,
          a.softmax,
          a.targetGradient,
          a.stripMarks);
    }
  }

  private void nll() {
    graph.task(
        ofRows(),
        NllKernel::losses,
        a.sizes,
        a.input,
        a.labels,
        a.weights,
        a.losses,
        a.correct,
        a.marks);
    if (key.gradient()) {
      graph.task(
          ofStrips(),
          NllKernel::gradient,
          a.sizes,
          a.numbers,
          a.labels,
          a.weights,
          a.upstreams,
          a.gradient,
          a.stripMarks);
    }
  }

  private void bceWithLogits() {
    graph.task(
        ofRows(),
        BceWithLogitsKernel::losses,
        a.sizes,
        a.powers,
        a.input,
        a.targets,
        a.weights,
        a.factors,
        a.losses,
        a.marks);
    if (key.gradient()) {
      graph.task(
          ofRows(),
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
          a.marks);
    }
    if (key.targetGradient()) {
      graph.task(
          ofRows(),
          BceWithLogitsKernel::targetGradient,
          a.sizes,
          a.numbers,
          a.powers,
          a.input,
          a.weights,
          a.factors,
          a.upstreams,
          a.targetGradient,
          a.marks);
    }
  }

  private void normalization() {
    fromLargest();
    softmax();
    switch (key.operation()) {
      case SOFTMAX ->
          graph.task(
              ofStrips(),
              NormalizeKernel::probabilities,
              a.sizes,
              a.powers,
              a.input,
              a.sums,
              a.softmax,
              a.gradient,
              a.stripMarks);
      case LOG_SOFTMAX ->
          graph.task(
              ofStrips(),
              NormalizeKernel::logProbabilities,
              a.sizes,
              a.input,
              a.sums,
              a.softmax,
              a.gradient,
              a.stripMarks);
      case SOFTMAX_GRADIENT -> softmaxGradient();
      default -> logSoftmaxGradient();
    }
  }

  private void softmaxGradient() {
    graph.task(
        ofRows(),
        NormalizeKernel::weighted,
        a.sizes,
        a.powers,
        a.input,
        a.upstreams,
        a.sums,
        a.softmax,
        a.dots,
        a.marks);
    graph.task(
        ofRows(), NormalizeKernel::tied, a.sizes, a.input, a.upstreams, a.sums, a.dots, a.marks);
    graph.task(
        ofStrips(),
        NormalizeKernel::gradient,
        a.sizes,
        a.powers,
        a.input,
        a.upstreams,
        a.sums,
        a.softmax,
        a.dots,
        a.gradient,
        a.stripMarks);
  }

  private void logSoftmaxGradient() {
    graph.task(ofRows(), NormalizeKernel::total, a.sizes, a.upstreams, a.dots, a.marks);
    graph.task(
        ofStrips(),
        NormalizeKernel::logGradient,
        a.sizes,
        a.powers,
        a.input,
        a.upstreams,
        a.sums,
        a.softmax,
        a.dots,
        a.gradient,
        a.stripMarks);
  }
}
