// Focal loss of rows of logits and labels, and its gradient; labels.clh says what it is given, the
// weights being alpha, and the formulas are those of cpu/SoftmaxFocalRow.java. Per element it costs what
// cross_entropy.cl does without smoothing; its powers are per row.
#include "labels.clh"
#include "focus.clh"

#define FROM_TARGET
#define DOTS 0

static inline void terms(const operands_t *ops, const row_t *row, const softmax_t *softmax, int c,
                         NUMBER x, int which, NUMBER *a, NUMBER *b) {}

// 1 - p of the label.
static inline double_word_t rest_of(const softmax_t *softmax) {
  return complement(softmax, softmax->reference, softmax->tied_share);
}

// alpha (1 - p)^gamma of the label.
static inline double_word_t focused_weight(const operands_t *ops, const softmax_t *softmax,
                                           COUNT label) {
  return multiple_of(focus_of(ops->gamma, rest_of(softmax)), of_class(ops->weight, label));
}

static void finish_row(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                       const NUMBER *dots) {
  const COUNT label = label_of(ops, row);
  NUMBER loss = 0;
  if (ANY(label >= 0)) {
    const double_word_t weight = focused_weight(ops, softmax, max(label, (COUNT)0));
    loss = label < 0 ? (NUMBER)0 : times_word(weight, softmax->nll);
  }
  store_of_row(ops->losses, row, loss);
  write_correct(ops, row, softmax, label);
}

#ifdef LABEL_GRADIENT
static void prepare_gradient(const operands_t *ops, const row_t *row, COUNT label,
                             softmax_t *softmax) {
  const double_word_t upstream = upstream_of(ops, row);
  const double_word_t rest = rest_of(softmax);
  const double_word_t focused = focused_weight(ops, softmax, label);
  const double_word_t pull = focus_pull(ops->gamma, softmax->tied_share, softmax->nll);
  const double_word_t steepness = product_of_words(focused, focus_slope(ops->gamma, pull, rest));
  softmax->push = product_of_words(upstream, steepness);
  // Taken from 0, so that a certain row has the 0 of cross-entropy, not -0.
  const double_word_t pulled = product_of_words(focused, sum_of_words(rest, pull));
  softmax->at_label = gradient_at_label(upstream, of_class(ops->weight, label),
                                        sum_of_words(word_of((NUMBER)0), negated(pulled)));
}
#endif

#include "row_kernels.clh"
