// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Reduction;
import io.github.loss4j.Tensor;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What totals are of, as names and values: the loss, the classes and the options. Totals merge only
 * if all are equal, and carry them along wherever they are written.
 */
final class Parameters {
  private static final String LOSS = "loss";
  private static final String CLASSES = "classes";
  private static final String LABEL_SMOOTHING = "label_smoothing";
  private static final String METRICS = "metrics";
  private static final String TOP_K = "top_k";
  private static final String CALIBRATION_BINS = "calibration_bins";
  private static final String WORST_ROWS = "worst_rows";
  private static final String BOOTSTRAP_REPLICATES = "bootstrap_replicates";

  private final SortedMap<String, String> values;
  private final EvaluationOptions options;

  private Parameters(SortedMap<String, String> values, EvaluationOptions options) {
    this.values = values;
    this.options = options;
  }

  static Parameters of(ClassLoss loss, long classes, EvaluationOptions options) {
    SortedMap<String, String> values = new TreeMap<>();
    values.put(CLASSES, Long.toString(classes));
    String type = loss.getClass().getSimpleName();
    values.put(LOSS, lowerWords(type.substring(0, type.length() - "Loss".length()), "-"));
    for (RecordComponent component : loss.getClass().getRecordComponents()) {
      if (component.getType() != Reduction.class) {
        values.put(lowerWords(component.getName(), "_"), text(component, loss));
      }
    }
    putOptions(values, options);
    return new Parameters(values, options);
  }

  /** {@code labelSmoothing} as {@code label_smoothing}. */
  private static String lowerWords(String name, String separator) {
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", separator).toLowerCase(Locale.ROOT);
  }

  private static String text(RecordComponent component, ClassLoss loss) {
    try {
      Object value = component.getAccessor().invoke(loss);
      return component.getType() == Tensor.class ? digest((Tensor) value) : String.valueOf(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a loss is a public record", e);
    }
  }

  /** Only the options that make a difference. */
  private static void putOptions(SortedMap<String, String> values, EvaluationOptions options) {
    Set<Metric> metrics = options.metrics();
    values.put(
        METRICS, metrics.stream().sorted().map(Metric::name).collect(Collectors.joining(",")));
    if (metrics.contains(Metric.RANK)) {
      values.put(
          TOP_K, options.topK().stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    if (metrics.contains(Metric.CALIBRATION)) {
      values.put(CALIBRATION_BINS, Integer.toString(options.calibrationBins()));
    }
    if (metrics.contains(Metric.WORST_ROWS)) {
      values.put(WORST_ROWS, Integer.toString(options.worstRows()));
    }
    if (metrics.contains(Metric.SEGMENTS)) {
      values.put(BOOTSTRAP_REPLICATES, Integer.toString(options.bootstrapReplicates()));
    }
  }

  /** Parameters that were written: what they name must make sense. */
  static Parameters of(SortedMap<String, String> values) {
    try {
      EvaluationOptions defaults = EvaluationOptions.DEFAULT;
      EvaluationOptions options =
          new EvaluationOptions(
              words(values.get(METRICS)).stream()
                  .map(Metric::valueOf)
                  .collect(Collectors.toCollection(() -> EnumSet.noneOf(Metric.class))),
              values.containsKey(TOP_K)
                  ? words(values.get(TOP_K)).stream().map(Integer::valueOf).toList()
                  : defaults.topK(),
              integer(values.get(CALIBRATION_BINS), defaults.calibrationBins()),
              integer(values.get(WORST_ROWS), defaults.worstRows()),
              integer(values.get(BOOTSTRAP_REPLICATES), defaults.bootstrapReplicates()));
      return new Parameters(new TreeMap<>(values), options);
    } catch (InvalidInputException e) {
      throw new InvalidTotalsException("parameters: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new InvalidTotalsException(
          "parameters that this version of loss4j does not know: " + values, e);
    }
  }

  private static List<String> words(@Nullable String value) {
    return value == null || value.isEmpty() ? List.of() : Arrays.asList(value.split(",", -1));
  }

  private static int integer(@Nullable String value, int absent) {
    return value == null ? absent : Integer.parseInt(value);
  }

  /** The SHA-256 of the weights as little-endian doubles. */
  private static String digest(@Nullable Tensor weight) {
    if (weight == null) {
      return "none";
    }
    double[] weights = weight.toDoubleArray();
    ByteBuffer bytes =
        ByteBuffer.allocate(weights.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(weights);
    try {
      byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return "sha256:" + HexFormat.of().formatHex(sha256);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  EvaluationOptions options() {
    return options;
  }

  SortedMap<String, String> values() {
    return values;
  }

  boolean isSmoothed() {
    return Double.parseDouble(values.getOrDefault(LABEL_SMOOTHING, "0")) > 0;
  }

  /** Throws if the values are not the same. */
  static void requireSame(SortedMap<String, String> some, SortedMap<String, String> others) {
    TreeSet<String> names = new TreeSet<>(some.keySet());
    names.addAll(others.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String one = some.getOrDefault(name, "absent");
      String other = others.getOrDefault(name, "absent");
      if (!one.equals(other)) {
        differences.add("%s is %s in one, %s in the other".formatted(name, one, other));
      }
    }
    if (!differences.isEmpty()) {
      throw new InvalidTotalsException(
          "they are of different evaluations: " + String.join("; ", differences));
    }
  }
}
