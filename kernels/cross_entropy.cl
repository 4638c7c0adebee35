// Cross-entropy of rows of logits and labels, and its gradient; labels.clh says what it is given, and
// the formulas are those of cpu/CrossEntropyRow.java.
//
// Per element of w bytes: w read and the sum's 25 instructions; the gradient is as many bytes of its type
// written and 34 instructions more, from the cache. Per row 4 bytes of label and a loss. Smoothing looks
// for the largest first, and has a sum over the classes of two differences and a fused multiply-add.
#include "labels.clh"

#ifdef SMOOTHING
#define DOTS (1 + ENTROPY_DOTS)
#else
#define FROM_TARGET
#define DOTS ENTROPY_DOTS
#endif

static inline void terms(const operands_t *ops, const row_t *row, const softmax_t *softmax, int c,
                         REAL x, int which, REAL *a, REAL *b) {
#ifdef ENTROPY
  if (which == DOTS - 1) {
    entropy_terms(softmax, x, a, b);
    return;
  }
#endif
  *a = or_one(ops->weight, c);
  *b = log_probability(softmax, x);
}

// What the label counts: its weight, less what smoothing spreads.
static inline double_word_t kept_weight(const operands_t *ops, int label) {
  const double_word_t keep = {ops->keep, ops->keep_tail};
  return multiple_of(keep, or_one(ops->weight, label));
}

#ifdef SMOOTHING
static inline double_word_t spread_of(const operands_t *ops) {
  const double_word_t spread = {ops->spread, ops->spread_tail};
  return spread;
}
#endif

static inline REAL nll_of(const row_t *row, const softmax_t *softmax, int label) {
#ifdef SMOOTHING
  return 0 - log_probability(softmax, element_at(row, label));
#else
  return softmax->nll.head;
#endif
}

static void finish_row(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                       const REAL *dots) {
  const int label = label_of(ops, row);
  if (label < 0) {
    ops->losses[row->row] = 0;
  } else {
    const double_word_t kept = kept_weight(ops, label);
#ifdef SMOOTHING
    const double_word_t nll = negated(log_probability_word(softmax, element_at(row, label)));
    const double_word_t evenly = multiple_of(spread_of(ops), -dots[0]);
    const REAL loss = sum_of_words(product_of_words(kept, nll), evenly).head;
#else
    const REAL loss = times_word(kept, softmax->nll);
#endif
    ops->losses[row->row] = with_z_loss(loss, ops->z_loss, softmax);
  }
  write_correct(ops, row, softmax, label);
#ifdef STATISTICS
  const REAL nll = label < 0 ? 0 : nll_of(row, softmax, label);
  write_statistics(&ops->statistics, row->row, softmax, nll, dots, DOTS - 1);
#endif
}

#ifdef LABEL_GRADIENT
// The label's own share is taken from 1 first, so that a confident row keeps its digits.
static inline double_word_t derivative_at_label(const operands_t *ops, const row_t *row,
                                                const softmax_t *softmax, int label) {
  const REAL x = element_at(row, label);
  const double_word_t p = probability_word(softmax, x);
  const double_word_t pull = product_of_words(kept_weight(ops, label), complement(softmax, x, p));
  double_word_t push = product_of_words(with_z_pull(word_of(0), ops->z_loss, softmax), p);
#ifdef SMOOTHING
  const double_word_t excess = sum_of_words(multiple_of(p, ops->weight_sum),
                                            word_of(-or_one(ops->weight, label)));
  push = sum_of_words(push, product_of_words(spread_of(ops), excess));
#endif
  return sum_of_words(push, negated(pull));
}

static void prepare_gradient(const operands_t *ops, const row_t *row, int label,
                             softmax_t *softmax) {
  const double_word_t upstream = upstream_of(ops, row);
  const double_word_t kept = kept_weight(ops, label);
  double_word_t push = kept;
#ifdef SMOOTHING
  const double_word_t spread = spread_of(ops);
  push = sum_of_words(push, multiple_of(spread, ops->weight_sum));
  softmax->evenly = product_of_words(upstream, spread);
#endif
  softmax->push = product_of_words(upstream, with_z_pull(push, ops->z_loss, softmax));
  softmax->at_label =
      gradient_at_label(upstream, kept.head, derivative_at_label(ops, row, softmax, label));
}
#endif

#include "row_kernels.clh"
