// Cross-entropy of rows of logits and labels, and its gradient; labels.clh says what it is given, and
// the formulas are those of cpu/CrossEntropyRow.java.
//
// Per element of w bytes: w read and the sum's 25 instructions; the gradient is as many bytes of its type
// written and 24 instructions more, from the cache. Per row 4 bytes of label and a loss. Smoothing looks
// for the largest first, and has a sum over the classes of two differences and a fused multiply-add.
#include "labels.clh"

#ifdef SMOOTHING
#define DOTS (1 + ENTROPY_DOTS)
#else
#define FROM_TARGET
#define DOTS ENTROPY_DOTS
#endif

static inline void terms(const operands_t *ops, const row_t *row, const softmax_t *softmax, int c,
                         NUMBER x, int which, NUMBER *a, NUMBER *b) {
#ifdef ENTROPY
  if (which == DOTS - 1) {
    entropy_terms(softmax, x, a, b);
    return;
  }
#endif
  *a = at_class(ops->weight, row, c);
  *b = log_probability(softmax, x);
}

// What the label counts: its weight, less what smoothing spreads.
static inline double_word_t kept_weight(const operands_t *ops, COUNT label) {
  const double_word_t keep = {(NUMBER)ops->keep, (NUMBER)ops->keep_tail};
  return multiple_of(keep, of_class(ops->weight, label));
}

#ifdef SMOOTHING
static inline double_word_t spread_of(const operands_t *ops) {
  const double_word_t spread = {(NUMBER)ops->spread, (NUMBER)ops->spread_tail};
  return spread;
}
#endif

static inline NUMBER nll_of(const row_t *row, const softmax_t *softmax, COUNT label) {
#ifdef SMOOTHING
  return 0 - log_probability(softmax, element_of(row, label));
#else
  return softmax->nll.head;
#endif
}

static void finish_row(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                       const NUMBER *dots) {
  const COUNT label = label_of(ops, row);
  const COUNT any_label = max(label, (COUNT)0);
  NUMBER loss = 0;
  if (ANY(label >= 0)) {
    const double_word_t kept = kept_weight(ops, any_label);
#ifdef SMOOTHING
    const double_word_t nll =
        negated(log_probability_word(softmax, element_of(row, any_label)));
    const double_word_t evenly = multiple_of(spread_of(ops), -dots[0]);
    loss = sum_of_words(product_of_words(kept, nll), evenly).head;
#else
    loss = times_word(kept, softmax->nll);
#endif
    loss = label < 0 ? (NUMBER)0 : with_z_loss(loss, ops->z_loss, softmax);
  }
  store_of_row(ops->losses, row, loss);
  write_correct(ops, row, softmax, label);
#ifdef STATISTICS
  const NUMBER nll = label < 0 ? (NUMBER)0 : nll_of(row, softmax, any_label);
  write_statistics(&ops->statistics, row, softmax, nll, dots, DOTS - 1);
#endif
}

#ifdef LABEL_GRADIENT
// The label's own share is taken from 1 first, so that a confident row keeps its digits.
static inline double_word_t derivative_at_label(const operands_t *ops, const row_t *row,
                                                const softmax_t *softmax, COUNT label) {
  const NUMBER x = element_of(row, label);
  const double_word_t p = probability_word(softmax, x);
  const double_word_t pull = product_of_words(kept_weight(ops, label), complement(softmax, x, p));
  double_word_t push = product_of_words(with_z_pull(word_of((NUMBER)0), ops->z_loss, softmax), p);
#ifdef SMOOTHING
  const double_word_t excess = sum_of_words(multiple_of(p, (NUMBER)ops->weight_sum),
                                            word_of(-of_class(ops->weight, label)));
  push = sum_of_words(push, product_of_words(spread_of(ops), excess));
#endif
  return sum_of_words(push, negated(pull));
}

static void prepare_gradient(const operands_t *ops, const row_t *row, COUNT label,
                             softmax_t *softmax) {
  const double_word_t upstream = upstream_of(ops, row);
  const double_word_t kept = kept_weight(ops, label);
  double_word_t push = kept;
#ifdef SMOOTHING
  const double_word_t spread = spread_of(ops);
  push = sum_of_words(push, multiple_of(spread, (NUMBER)ops->weight_sum));
  softmax->evenly = product_of_words(upstream, spread);
#endif
  softmax->push = product_of_words(upstream, with_z_pull(push, ops->z_loss, softmax));
  softmax->at_label =
      gradient_at_label(upstream, kept.head, derivative_at_label(ops, row, softmax, label));
}
#endif

#include "row_kernels.clh"
