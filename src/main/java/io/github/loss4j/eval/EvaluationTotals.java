// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.ExactSum;
import io.github.loss4j.InvalidInputException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What an evaluation knows of all its rows: of a fixed size, whatever the number of rows. Totals
 * are exact and merge in any order, so that they have the same {@linkplain #toBytes() bytes}
 * however the rows were divided and wherever they were computed. Not safe for use by several
 * threads.
 *
 * <p>The negative log-likelihood of a row is -log p<sub>y</sub> of its label y for cross-entropy of
 * labels, without weights, smoothing and z-loss, and the loss of the row for all others. Ignored
 * rows count in {@link #rows()} and {@link #ignored()} only.
 */
public final class EvaluationTotals {
  /** How every form begins; the number is the version of what follows. */
  static final String TITLE = "loss4j totals 1";

  private final Parameters parameters;
  private long rows;
  private long ignored;
  private ExactSum loss = new ExactSum();
  private ExactSum weight = new ExactSum();
  private final Moments nll = new Moments();
  private final Map<Metric, Tally> tallies = new EnumMap<>(Metric.class);

  /**
   * Totals over no rows.
   *
   * @param lossFunction what is evaluated; its reduction does not matter
   * @param classes how many classes the logits have
   * @param options what to keep
   */
  public EvaluationTotals(ClassLoss lossFunction, long classes, EvaluationOptions options) {
    this(Parameters.of(lossFunction, classes, options));
  }

  EvaluationTotals(Parameters parameters) {
    this.parameters = parameters;
    for (Metric metric : options().metrics()) {
      tallies.put(metric, tally(metric));
    }
  }

  private Tally tally(Metric metric) {
    EvaluationOptions options = options();
    return switch (metric) {
      case ACCURACY -> new Correct();
      case RANK -> new Ranks(options.topK());
      case ENTROPY -> new MeanEntropy();
      case CALIBRATION -> new Calibration(options.calibrationBins());
      case HISTOGRAM -> new Histogram();
      case WORST_ROWS -> new WorstRows(options.worstRows());
      case SEGMENTS -> new Segments(options.bootstrapReplicates());
    };
  }

  void add(RowBatch batch) {
    rows += batch.totals().rows();
    ignored += batch.totals().ignored();
    batch.totals().addSumsTo(loss, weight);
    nll.add(batch);
    tallies.values().forEach(tally -> tally.add(batch));
  }

  void add(SegmentScore segment) {
    of(Segments.class, Metric.SEGMENTS).add(segment);
  }

  /**
   * Adds the totals of other rows, which do not change.
   *
   * @param other totals of the same loss, classes and options
   * @throws InvalidTotalsException if they are of others; nothing was added
   */
  public void merge(EvaluationTotals other) {
    Parameters.requireSame(parameters.values(), other.parameters.values());
    rows += other.rows;
    ignored += other.ignored;
    loss.merge(other.loss);
    weight.merge(other.weight);
    nll.merge(other.nll);
    tallies.forEach((metric, tally) -> tally.merge(other.of(Tally.class, metric)));
  }

  /**
   * The same totals, which then go ways of their own.
   *
   * @return a copy
   */
  public EvaluationTotals copy() {
    EvaluationTotals copy = new EvaluationTotals(parameters);
    copy.merge(this);
    return copy;
  }

  static EvaluationTotals read(SortedMap<String, String> parameters, TotalsForm form) {
    EvaluationTotals totals = new EvaluationTotals(Parameters.of(parameters));
    totals.exchange(form);
    return totals;
  }

  void exchange(TotalsForm form) {
    rows = form.count("rows", rows);
    ignored = form.count("ignored", ignored);
    loss = form.sum("loss", loss);
    weight = form.sum("weight", weight);
    form.group("nll", () -> nll.exchange(form));
    tallies.forEach((metric, tally) -> form.group(metric.toString(), () -> tally.exchange(form)));
  }

  /**
   * The totals in a compact form: a header that names version and parameters, the numbers, a
   * checksum. Totals of the same rows have the same bytes.
   *
   * @return some hundred bytes, and more for segments and worst rows
   */
  public byte[] toBytes() {
    return TotalsBytes.write(TITLE, parameters.values(), this::exchange);
  }

  /**
   * Totals from their compact form.
   *
   * @param bytes as {@link #toBytes()} gives them
   * @return the totals
   * @throws InvalidTotalsException if the bytes are damaged, cut short, of another version or no
   *     totals at all
   */
  public static EvaluationTotals ofBytes(byte[] bytes) {
    return TotalsBytes.read(TITLE, bytes, EvaluationTotals::read);
  }

  /**
   * The totals as JSON, for people and other programs: every sum rounded to a double and, in hex,
   * exact. Needs Gson.
   *
   * @return a JSON object
   */
  public String toJson() {
    return TotalsJson.write(TITLE, parameters.values(), this::exchange);
  }

  /**
   * Totals from JSON. Needs Gson.
   *
   * @param json as {@link #toJson()} gives it
   * @return the totals
   * @throws InvalidTotalsException if it is damaged, of another version or no totals at all
   */
  public static EvaluationTotals ofJson(String json) {
    return TotalsJson.read(TITLE, json, EvaluationTotals::read);
  }

  /**
   * What was kept of the rows.
   *
   * @return the options; those that make no difference may be the defaults
   */
  public EvaluationOptions options() {
    return parameters.options();
  }

  /**
   * The loss, the classes and the options, by their names.
   *
   * @return an unmodifiable map
   */
  public SortedMap<String, String> parameters() {
    return Collections.unmodifiableSortedMap(parameters.values());
  }

  /**
   * The number of rows.
   *
   * @return all rows, the ignored ones too
   */
  public long rows() {
    return rows;
  }

  /**
   * The number of ignored rows.
   *
   * @return how many rows had the label that is ignored
   */
  public long ignored() {
    return ignored;
  }

  /**
   * The sum of the losses.
   *
   * @return the exact sum, rounded once
   */
  public double lossSum() {
    return loss.value();
  }

  /**
   * The mean loss, as the reduction MEAN has it: the sum over the sum of the rows' weights.
   *
   * @return NaN if no row counts
   */
  public double meanLoss() {
    double total = weight.value();
    return parameters.isSmoothed() && total == 0 ? Double.NaN : loss.value() / total;
  }

  /**
   * The sum of the negative log-likelihoods.
   *
   * @return in nats: the exact sum, rounded once
   */
  public double nllSum() {
    return nll.sum();
  }

  /**
   * The mean negative log-likelihood, every row counting once.
   *
   * @return in nats; NaN if no row counts
   */
  public double meanNll() {
    return nll.mean();
  }

  /**
   * The standard error of {@link #meanNll()}, rows being independent: s / &radic;n, where
   * s<sup>2</sup> = &sum; (x - mean)<sup>2</sup> / (n - 1).
   *
   * @return in nats; NaN below two rows, or if one is not finite
   */
  public double standardError() {
    return nll.standardError();
  }

  /**
   * e to the {@link #meanNll()}.
   *
   * @return the same bits everywhere
   */
  public double perplexity() {
    return StrictMath.exp(meanNll());
  }

  /**
   * The mean negative log-likelihood in bits.
   *
   * @return {@link #meanNll()} / ln 2
   */
  public double bitsPerToken() {
    return meanNll() / StrictMath.log(2);
  }

  /**
   * The negative log-likelihood per byte of text, which compares models of different vocabularies.
   *
   * @param bytes the size of the text that all rows together are of, in UTF-8
   * @return {@link #nllSum()} / ln 2 / bytes
   * @throws InvalidInputException if the number is not positive
   */
  public double bitsPerByte(long bytes) {
    if (bytes <= 0) {
      throw new InvalidInputException("text has a positive number of bytes, not " + bytes);
    }
    return nllSum() / StrictMath.log(2) / bytes;
  }

  /**
   * The share of rows whose label has the largest logit.
   *
   * @return from 0 to 1; NaN if no row counts
   * @throws InvalidInputException without {@link Metric#ACCURACY}
   */
  public double accuracy() {
    return of(Correct.class, Metric.ACCURACY).share();
  }

  /**
   * The share of rows whose label is among the k largest logits.
   *
   * @param k one of the options' {@link EvaluationOptions#topK()}
   * @return from 0 to 1; NaN if no row counts
   * @throws InvalidInputException without {@link Metric#RANK}, or for another k
   */
  public double topKAccuracy(int k) {
    Ranks ranks = of(Ranks.class, Metric.RANK);
    int i = options().topK().indexOf(k);
    if (i < 0) {
      throw new InvalidInputException(
          "the top %d were not counted, but those of %s".formatted(k, options().topK()));
    }
    return ranks.share(i);
  }

  /**
   * The mean place of the labels among the logits.
   *
   * @return 1 if every label has the largest logit; NaN if no row counts
   * @throws InvalidInputException without {@link Metric#RANK}
   */
  public double meanRank() {
    return of(Ranks.class, Metric.RANK).mean();
  }

  /**
   * The mean entropy of the predicted distributions.
   *
   * @return in nats; NaN if no row counts, or one has no distribution
   * @throws InvalidInputException without {@link Metric#ENTROPY}
   */
  public double meanEntropy() {
    return of(MeanEntropy.class, Metric.ENTROPY).mean();
  }

  /**
   * The reliability diagram.
   *
   * @return the bins from 0 to 1
   * @throws InvalidInputException without {@link Metric#CALIBRATION}
   */
  public List<ReliabilityBin> reliability() {
    return of(Calibration.class, Metric.CALIBRATION).diagram();
  }

  /**
   * The expected calibration error: the mean distance between confidence and accuracy of the bins
   * of {@link #reliability()}, weighted by their rows.
   *
   * @return from 0 to 1; NaN if no row has a distribution
   * @throws InvalidInputException without {@link Metric#CALIBRATION}
   */
  public double expectedCalibrationError() {
    return of(Calibration.class, Metric.CALIBRATION).expectedError();
  }

  /**
   * How many rows have a negative log-likelihood of which size. Rows of NaN are in no bin.
   *
   * @return the bins, ascending: four to the doubling
   * @throws InvalidInputException without {@link Metric#HISTOGRAM}
   */
  public List<HistogramBin> histogram() {
    return of(Histogram.class, Metric.HISTOGRAM).bins();
  }

  /**
   * The rows of the largest losses.
   *
   * @return the worst first, NaN before all others; of equal ones the first row
   * @throws InvalidInputException without {@link Metric#WORST_ROWS}
   */
  public List<WorstRow> worstRows() {
    return of(WorstRows.class, Metric.WORST_ROWS).rows();
  }

  /**
   * The number of segments.
   *
   * @return those that are complete
   * @throws InvalidInputException without {@link Metric#SEGMENTS}
   */
  public long segments() {
    return of(Segments.class, Metric.SEGMENTS).count();
  }

  /**
   * How many segments greedy decoding would have written.
   *
   * @return the number of those whose labels all have the largest logit
   * @throws InvalidInputException without {@link Metric#SEGMENTS}
   */
  public long greedySegments() {
    return of(Segments.class, Metric.SEGMENTS).greedy();
  }

  /**
   * The standard error of {@link #meanNll()}, segments being independent but not the rows within
   * one: the standard deviation of the means of {@link EvaluationOptions#bootstrapReplicates()}
   * draws of segments with replacement.
   *
   * @return in nats; NaN below two segments
   * @throws InvalidInputException without {@link Metric#SEGMENTS}
   */
  public double segmentStandardError() {
    return of(Segments.class, Metric.SEGMENTS).standardError();
  }

  private <T extends Tally> T of(Class<T> type, Metric metric) {
    Tally tally = tallies.get(metric);
    if (tally == null) {
      throw new InvalidInputException(
          "the metric %s was not requested; ask for it with EvaluationOptions.withMetrics"
              .formatted(metric.name()));
    }
    return type.cast(tally);
  }
}
