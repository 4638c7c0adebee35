// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.cli.BenchOperation;
import io.github.loss4j.cli.BenchShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The tables of docs/performance.md. */
final class Tables {
  private static final String CPU = "loss4j cpu";
  private static final String OPENCL = "loss4j opencl";
  private static final String LIBTORCH = "libtorch";
  private static final String ONNX_RUNTIME = "ONNX Runtime";
  private static final String DJL = "DJL";

  private static final double SMALLEST = 1e6;

  private Tables() {}

  static String machine(Map<String, String> facts) {
    Markdown table = new Markdown("", "");
    facts.forEach((name, fact) -> table.row(List.of(name, fact)));
    return table.toString().replace("|--:|", "|---|");
  }

  /** Cross-entropy with labels, which all libraries have. */
  private static boolean isMain(Measurement measured) {
    return measured.op().equals(BenchOperation.CROSS_ENTROPY.label());
  }

  /**
   * Losses beside those of the other libraries.
   *
   * @param runs what was measured
   * @param main whether of cross-entropy with labels, or of all other operations
   */
  static String peers(Map<Run, List<Measurement>> runs, boolean main) {
    List<String> columns = new ArrayList<>(List.of("input", "cpu", "cpu : memory"));
    columns.addAll(List.of("opencl : memory", "libtorch : cpu", "with huge pages"));
    if (main) {
      columns.addAll(List.of("ONNX Runtime : cpu", "DJL : cpu"));
    }
    Markdown table = new Markdown(columns.toArray(String[]::new));
    for (Measurement measured : runs.getOrDefault(Run.PEERS, List.of())) {
      if (isMain(measured) == main) {
        List<String> cells = new ArrayList<>(List.of(name(measured)));
        cells.add(Markdown.time(measured.time(CPU)));
        cells.add(Markdown.ratio(limit(measured, CPU)));
        cells.add(Markdown.ratio(limit(measured, OPENCL)));
        cells.add(peer(measured.ratio(LIBTORCH, CPU)));
        cells.add(peer(same(runs, Run.HUGE_PAGES, measured).flatMap(m -> m.ratio(LIBTORCH, CPU))));
        if (main) {
          cells.add(peer(measured.ratio(ONNX_RUNTIME, CPU)));
          cells.add(peer(same(runs, Run.DJL, measured).flatMap(m -> m.ratio(DJL, CPU))));
        }
        table.row(cells);
      }
    }
    return table.toString();
  }

  /** The time beside the memory's, of an input that is not so small that it says nothing. */
  private static Optional<Double> limit(Measurement measured, String label) {
    return measured.bytes() < SMALLEST
        ? Optional.empty()
        : measured.ratio(label, MemoryLimit.LABEL);
  }

  private static Optional<Measurement> same(
      Map<Run, List<Measurement>> runs, Run run, Measurement measured) {
    return runs.getOrDefault(run, List.of()).stream()
        .filter(other -> other.label().equals(measured.label()))
        .findFirst();
  }

  private static String name(Measurement measured) {
    String op = isMain(measured) ? "" : measured.op() + " ";
    return op
        + measured.shape().replace("x", " x ")
        + " "
        + measured.dtype()
        + (measured.backward() ? ", with gradient" : "");
  }

  /** Bold if the other library is the faster one. */
  private static String peer(Optional<Double> ratio) {
    String text = Markdown.ratio(ratio);
    return ratio.isPresent() && ratio.get() < 1 ? "**" + text + "**" : text;
  }

  static String promise(Map<Run, List<Measurement>> runs) {
    Markdown table =
        new Markdown("input", "threads", "any order : memory", "cpu : memory", "cpu : any order");
    for (Run run : List.of(Run.PROMISE_ONE_THREAD, Run.PROMISE)) {
      for (Measurement measured : runs.getOrDefault(run, List.of())) {
        table.row(
            List.of(
                name(measured),
                Integer.toString(run.threads()),
                Markdown.ratio(limit(measured, AnyOrderPeer.LABEL)),
                Markdown.ratio(limit(measured, CPU)),
                Markdown.ratio(measured.ratio(CPU, AnyOrderPeer.LABEL))));
      }
    }
    return table.toString();
  }

  static String smallCalls(List<SmallCalls.Call> calls) {
    List<String> columns = new ArrayList<>(List.of("input"));
    List<PeerName> peers =
        List.of(PeerName.CPU, PeerName.LIBTORCH, PeerName.ONNX_RUNTIME, PeerName.DJL);
    for (String label : List.of(CPU, LIBTORCH, ONNX_RUNTIME, DJL)) {
      columns.add(label);
      columns.add("heap");
    }
    Markdown table = new Markdown(columns.toArray(String[]::new));
    for (boolean backward : new boolean[] {false, true}) {
      for (BenchShape shape : Run.SMALL) {
        List<String> cells = new ArrayList<>();
        cells.add(
            shape.toString().replace("x", " x ") + (backward ? " F32, with gradient" : " F32"));
        for (PeerName peer : peers) {
          Optional<SmallCalls.Call> call =
              calls.stream()
                  .filter(c -> c.peer().equals(peer.name()))
                  .filter(c -> c.shape().equals(shape.toString()) && c.backward() == backward)
                  .findFirst();
          cells.add(call.map(c -> Markdown.time(c.microseconds() / 1e6)).orElse(""));
          cells.add(
              call.map(c -> String.format(Locale.ROOT, "%,d B", Math.round(c.bytes()))).orElse(""));
        }
        table.row(cells);
      }
    }
    return table.toString();
  }
}
