// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.Metric;
import io.github.loss4j.eval.WorstRow;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the template shows; a part that is null is left out.
 *
 * @param run the run as the caller describes it
 * @param lossName what the mean is of
 * @param isoTime when, for programs
 * @param utcTime when, for people
 * @param summary loss, classes and rows in one line
 * @param mean the mean negative log-likelihood, or loss
 * @param errors its standard errors
 * @param headlines the other numbers
 * @param histogram the histogram
 * @param reliability the reliability diagram
 * @param worst the rows of the largest losses
 * @param segments what is known of segments
 * @param parameters what the totals are of
 * @param computed what computed, and how fast
 * @param command a command line that does it again; null if there is none
 * @param fingerprint the SHA-256 of the totals' bytes
 * @param css the style
 * @param json the totals
 */
record Page(
    EvaluationRun run,
    String lossName,
    String isoTime,
    String utcTime,
    String summary,
    Headline mean,
    List<StandardError> errors,
    List<Headline> headlines,
    @Nullable HistogramChart histogram,
    @Nullable ReliabilityChart reliability,
    @Nullable Worst worst,
    @Nullable Facts segments,
    List<Named> parameters,
    @Nullable Facts computed,
    @Nullable Command command,
    String fingerprint,
    String css,
    String json) {

  /** More rows than anybody reads; all are in the JSON. */
  private static final int MOST_WORST_ROWS = 100;

  private static final DateTimeFormatter MINUTES =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /**
   * A name and what it stands for.
   *
   * @param name the name
   * @param value the value
   */
  record Named(String name, String value) {}

  /**
   * A command line.
   *
   * @param words as a shell reads them
   */
  record Command(List<String> words) {}

  /**
   * A table.
   *
   * @param facts names and values, at least one
   */
  record Facts(List<Named> facts) {}

  /**
   * A standard error of the mean.
   *
   * @param id for programs that look for it in the page
   * @param exact all its digits, for programs
   * @param value as people read it
   * @param over what is taken to be independent
   */
  record StandardError(String id, String exact, String value, String over) {}

  /**
   * The rows of the largest losses.
   *
   * @param rows the worst first
   * @param hidden how many more there are
   */
  record Worst(List<Row> rows, @Nullable String hidden) {}

  /**
   * A row.
   *
   * @param place 1 for the worst
   * @param index which row, for programs
   * @param row which row
   * @param exact its loss, for programs
   * @param loss its loss
   */
  record Row(String place, String index, String row, String exact, String loss) {}

  static Page of(EvaluationTotals totals, EvaluationRun run, String css) {
    Set<Metric> metrics = totals.options().metrics();
    String lossName = Headline.isLikelihood(totals) ? "NLL" : "loss";
    double mean = totals.meanNll();
    return new Page(
        run,
        lossName,
        run.time().truncatedTo(ChronoUnit.SECONDS).toString(),
        MINUTES.format(run.time()),
        summary(totals),
        new Headline(
            "mean-nll", "Mean " + lossName, Double.toString(mean), Numbers.number(mean), "nats"),
        errors(totals),
        Headline.of(totals, run.textBytes()),
        metrics.contains(Metric.HISTOGRAM) ? HistogramChart.of(totals) : null,
        metrics.contains(Metric.CALIBRATION) ? ReliabilityChart.of(totals) : null,
        metrics.contains(Metric.WORST_ROWS) ? worst(totals.worstRows()) : null,
        metrics.contains(Metric.SEGMENTS) ? segments(totals) : null,
        totals.parameters().entrySet().stream()
            .map(named -> new Named(named.getKey(), named.getValue().replace(",", ", ")))
            .toList(),
        facts(run),
        run.command().isEmpty() ? null : new Command(ShellWords.quote(run.command())),
        sha256(totals.toBytes()),
        css,
        // So that nothing in it ends the element that it is in; JSON reads it as the same.
        totals.toJson().replace("<", "\\u003c"));
  }

  private static String summary(EvaluationTotals totals) {
    String loss = totals.parameters().getOrDefault("loss", "a loss");
    String classes = totals.parameters().getOrDefault("classes", "any number of");
    return "%s of %s, %s classes"
        .formatted(loss, Numbers.plural(totals.rows(), "row"), Numbers.grouped(classes));
  }

  private static List<StandardError> errors(EvaluationTotals totals) {
    List<StandardError> errors = new ArrayList<>();
    if (!Double.isNaN(totals.standardError())) {
      errors.add(error("standard-error", totals.standardError(), "over rows"));
    }
    if (totals.options().metrics().contains(Metric.SEGMENTS)
        && !Double.isNaN(totals.segmentStandardError())) {
      errors.add(error("segment-standard-error", totals.segmentStandardError(), "over segments"));
    }
    return errors;
  }

  private static StandardError error(String id, double x, String over) {
    return new StandardError(id, Double.toString(x), Numbers.number(x, 2), over);
  }

  private static Worst worst(List<WorstRow> rows) {
    List<Row> shown = new ArrayList<>();
    for (WorstRow row : rows.subList(0, Math.min(rows.size(), MOST_WORST_ROWS))) {
      shown.add(
          new Row(
              Numbers.count(shown.size() + 1),
              Long.toString(row.row()),
              Numbers.count(row.row()),
              Double.toString(row.loss()),
              Numbers.number(row.loss())));
    }
    int hidden = rows.size() - shown.size();
    return new Worst(shown, hidden == 0 ? null : Numbers.plural(hidden, "more row"));
  }

  private static Facts segments(EvaluationTotals totals) {
    List<Named> named = new ArrayList<>();
    named.add(new Named("Segments", Numbers.count(totals.segments())));
    double share = (double) totals.greedySegments() / totals.segments();
    named.add(
        new Named(
            "Greedy matches",
            Numbers.count(totals.greedySegments())
                + (Double.isNaN(share) ? "" : " (" + Numbers.percent(share) + ")")));
    int replicates = totals.options().bootstrapReplicates();
    if (replicates > 0) {
      named.add(
          new Named(
              "Standard error over segments",
              "%s nats, from %s of a Poisson bootstrap"
                  .formatted(
                      Numbers.number(totals.segmentStandardError(), 2),
                      Numbers.plural(replicates, "replicate"))));
    }
    return new Facts(named);
  }

  private static @Nullable Facts facts(EvaluationRun run) {
    List<Named> facts = new ArrayList<>();
    run.inputs().forEach(input -> facts.add(new Named("Input", input)));
    add(facts, "Backend", run.backend());
    add(facts, "Device", run.device());
    add(facts, "Time", measured(run.seconds(), 3, " s"));
    add(
        facts,
        "Speed",
        Stream.of(
                measured(run.rowsPerSecond(), 0, " rows/s"),
                measured(run.gbPerSecond(), 2, " GB/s"))
            .filter(speed -> !speed.isEmpty())
            .collect(Collectors.joining(", ")));
    add(facts, "loss4j", run.version());
    return facts.isEmpty() ? null : new Facts(facts);
  }

  private static String measured(double x, int decimals, String unit) {
    return Double.isFinite(x) ? Numbers.decimals(x, decimals) + unit : "";
  }

  private static void add(List<Named> facts, String name, String value) {
    if (!value.isEmpty()) {
      facts.add(new Named(name, value));
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
