// Focal loss of rows of logits and labels, and its gradient; labels.clh says what it is given, the
// weights being alpha, and the formulas are those of cpu/SoftmaxFocalRow.java.
#include "labels.clh"
#include "focus.clh"

#define FROM_TARGET
#define DOTS 0

static inline void terms(const operands_t *ops, const row_t *row, const softmax_t *softmax, int c,
                         REAL x, int which, REAL *a, REAL *b) {}

// 1 - p of the label.
static inline REAL rest_of(const softmax_t *softmax) {
  return complement(softmax, softmax->reference, softmax->tied_share);
}

static void finish_row(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                       const REAL *dots) {
  const int label = label_of(ops, row);
  REAL loss = 0;
  if (label >= 0) {
    loss = or_one(ops->weight, label) * (power_of(rest_of(softmax), ops->gamma) * softmax->nll);
  }
  ops->losses[row->row] = loss;
  write_correct(ops, row, softmax, label);
}

#ifdef WRITES_ELEMENTS
static inline REAL gradient_of(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                               int c, int label) {
  if (label < 0) {
    return isnan(softmax->nll) ? NAN : 0;
  }
  const double_word_t upstream = upstream_of(ops, row);
  const REAL alpha = or_one(ops->weight, label);
  const REAL rest = rest_of(softmax);
  const REAL focus = power_of(rest, ops->gamma);
  const REAL pull = focus_pull(ops->gamma, softmax->tied_share, softmax->nll);
  if (c == label) {
    // Taken from 0, so that a certain row has the 0 of cross-entropy, not -0.
    return gradient_at_label(upstream, alpha, 0 - alpha * (focus * (rest + pull)));
  }
  const REAL push = alpha * (focus * focus_slope(ops->gamma, pull, rest));
  return times(upstream, push * probability(softmax, element_at(row, c)));
}

static inline void write_element(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                                 const REAL *dots, int c) {
  const REAL gradient = gradient_of(ops, row, softmax, c, label_of(ops, row));
  gradient_store(ops->gradient, element_index(row, c), gradient);
}
#endif

#include "row_kernels.clh"
