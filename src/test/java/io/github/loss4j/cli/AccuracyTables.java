// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.DType;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import io.github.loss4j.cli.MeasuredInputs.Operands;
import io.github.loss4j.exact.ExactSession;
import io.github.loss4j.exact.Ulps;
import io.github.loss4j.exact.Wide;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The errors of each loss on random and adversarial inputs, as tables in Markdown. */
final class AccuracyTables {
  private static final List<DType> TYPES = List.of(DType.F32, DType.F64);

  private final LossSession session;

  AccuracyTables(LossSession session) {
    this.session = session;
  }

  String write() {
    StringBuilder text = new StringBuilder();
    for (MeasuredLoss loss : MeasuredLoss.ALL) {
      text.append("### ").append(loss.name()).append("\n\n").append(table(loss)).append('\n');
    }
    return text.toString();
  }

  private String table(MeasuredLoss loss) {
    List<List<String>> lines = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("inputs"));
    for (DType type : TYPES) {
      int line = 0;
      for (Map.Entry<String, Operands> input : loss.inputs().draw(type).entrySet()) {
        if (lines.size() == line) {
          lines.add(new ArrayList<>(List.of(input.getKey())));
        }
        Map<String, Ulps> errors = errors(loss, type, input.getValue());
        if (line == 0) {
          errors.keySet().forEach(column -> header.add(type + " " + column));
        }
        for (Ulps error : errors.values()) {
          lines.get(line).add(number(error.worst()) + " / " + number(error.mean()));
        }
        line++;
      }
    }
    lines.add(0, header);
    return markdown(lines);
  }

  private Map<String, Ulps> errors(MeasuredLoss loss, DType type, Operands operands) {
    Map<String, Ulps> errors = new LinkedHashMap<>();
    try (ExactSession exact = new ExactSession()) {
      Map<String, Tensor> exactly = loss.computation().compute(exact, operands);
      Map<String, Tensor> computed = loss.computation().compute(session, operands);
      for (Map.Entry<String, Tensor> result : computed.entrySet()) {
        List<Wide> values = exact.exactly(exactly.get(result.getKey()));
        Ulps ulps = new Ulps(type);
        for (int i = 0; i < values.size(); i++) {
          ulps.add(result.getValue().getDouble(i), values.get(i));
        }
        errors.put(result.getKey(), ulps);
      }
    }
    return errors;
  }

  /** A table; the first line is the header, and all columns but the first are numbers. */
  static String markdown(List<List<String>> lines) {
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < lines.size(); line++) {
      text.append("| ").append(String.join(" | ", lines.get(line))).append(" |\n");
      if (line == 0) {
        int numbers = lines.get(0).size() - 1;
        String rule = String.join("|", Collections.nCopies(numbers, "---:"));
        text.append("|---|").append(rule).append("|\n");
      }
    }
    return text.toString();
  }

  /** Three digits. */
  static String number(double x) {
    if (Double.isInfinite(x)) {
      return "∞";
    }
    String format = x < 9.995 ? "%.2f" : x < 99.95 ? "%.1f" : x < 99_999.5 ? "%,.0f" : "%.1e";
    return String.format(Locale.ROOT, format, x);
  }
}
