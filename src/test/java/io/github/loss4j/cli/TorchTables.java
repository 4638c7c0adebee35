// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static io.github.loss4j.cli.AccuracyTables.number;

import io.github.loss4j.LossSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Our errors next to PyTorch's on the conformance cases of float32, as Markdown. */
final class TorchTables {
  /** More than this, in units in the last place, and a case is named. */
  private static final double NOTABLE = 0.5;

  private final List<OutputErrors> outputs = new ArrayList<>();

  TorchTables(List<ConformanceCase> cases, LossSession session) throws IOException {
    for (ConformanceCase one : cases) {
      boolean ofTorch = !one.name().startsWith("onnx");
      if (ofTorch && !one.refused() && CaseComputation.implemented(one.op())) {
        outputs.addAll(OutputErrors.of(one, session));
      }
    }
    outputs.sort(Comparator.comparing(OutputErrors::operation).thenComparing(OutputErrors::role));
  }

  String write() {
    return """
    Of %d outputs, our largest error is smaller than PyTorch's in %d, equal in %d and larger in %d.

    %s
    Where ours is larger by more than half an ulp:

    %s\
    """
        .formatted(
            outputs.size(),
            smaller(outputs),
            outputs.size() - smaller(outputs) - larger(outputs),
            larger(outputs),
            summary(),
            notable());
  }

  private static long smaller(List<OutputErrors> group) {
    return group.stream().filter(e -> e.ours() < e.torch()).count();
  }

  private static long larger(List<OutputErrors> group) {
    return group.stream().filter(e -> e.ours() > e.torch()).count();
  }

  private String summary() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(
        List.of(
            "operation",
            "output",
            "outputs",
            "ours",
            "PyTorch's",
            "ours smaller",
            "equal",
            "ours larger",
            "by at most"));
    groups().forEach((name, group) -> lines.add(line(group)));
    return AccuracyTables.markdown(lines);
  }

  /** The outputs of which our worst or our mean error is above PyTorch's. */
  List<String> worseThanTorch() {
    List<String> worse = new ArrayList<>();
    groups()
        .forEach(
            (name, group) -> {
              DoubleSummaryStatistics ours =
                  group.stream().mapToDouble(OutputErrors::ours).summaryStatistics();
              DoubleSummaryStatistics torch =
                  group.stream().mapToDouble(OutputErrors::torch).summaryStatistics();
              if (ours.getMax() > torch.getMax() || ours.getAverage() > torch.getAverage()) {
                worse.add("%s: %s, PyTorch %s".formatted(name, ours, torch));
              }
            });
    return worse;
  }

  private Map<String, List<OutputErrors>> groups() {
    return outputs.stream()
        .collect(
            Collectors.groupingBy(
                e -> e.operation() + ", " + e.role(), LinkedHashMap::new, Collectors.toList()));
  }

  private static List<String> line(List<OutputErrors> group) {
    double most = group.stream().mapToDouble(OutputErrors::excess).max().orElse(0);
    return List.of(
        group.get(0).operation(),
        group.get(0).role(),
        String.valueOf(group.size()),
        worstAndMean(group.stream().mapToDouble(OutputErrors::ours).toArray()),
        worstAndMean(group.stream().mapToDouble(OutputErrors::torch).toArray()),
        String.valueOf(smaller(group)),
        String.valueOf(group.size() - smaller(group) - larger(group)),
        String.valueOf(larger(group)),
        most > 0 ? number(most) : "");
  }

  private static String worstAndMean(double[] errors) {
    double worst = 0;
    double sum = 0;
    for (double error : errors) {
      worst = Math.max(worst, error);
      sum += error;
    }
    return number(worst) + " / " + number(sum / errors.length);
  }

  private String notable() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of("case", "output", "ours", "PyTorch's"));
    outputs.stream()
        .filter(e -> e.excess() > NOTABLE)
        .sorted(Comparator.comparingDouble(OutputErrors::excess).reversed())
        .forEach(
            e ->
                lines.add(
                    List.of("`" + e.test() + "`", e.role(), number(e.ours()), number(e.torch()))));
    return AccuracyTables.markdown(lines);
  }
}
