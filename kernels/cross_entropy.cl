// Cross-entropy of rows of logits and labels, and its gradient; labels.clh says what it is given, and
// the formulas are those of cpu/CrossEntropyRow.java.
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

static inline REAL kept_weight(const operands_t *ops, int label) {
  return ops->keep * or_one(ops->weight, label);
}

static inline REAL nll_of(const row_t *row, const softmax_t *softmax, int label) {
#ifdef SMOOTHING
  return 0 - log_probability(softmax, element_at(row, label));
#else
  return softmax->nll;
#endif
}

static void finish_row(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                       const REAL *dots) {
  const int label = label_of(ops, row);
  if (label < 0) {
    ops->losses[row->row] = 0;
  } else {
    const REAL kept = kept_weight(ops, label);
#ifdef SMOOTHING
    const REAL at_target = kept * -log_probability(softmax, element_at(row, label));
    const REAL loss = fma(ops->spread, -dots[0], at_target);
#else
    const REAL loss = kept * softmax->nll;
#endif
    ops->losses[row->row] = with_z_loss(loss, ops->z_loss, softmax);
  }
  write_correct(ops, row, softmax, label);
#ifdef STATISTICS
  const REAL nll = label < 0 ? 0 : nll_of(row, softmax, label);
  write_statistics(&ops->statistics, row->row, softmax, nll, dots, DOTS - 1);
#endif
}

#ifdef WRITES_ELEMENTS
// The derivative without what the label pulls, and at the label without its own share of it.
static inline REAL pushed(const operands_t *ops, const softmax_t *softmax, REAL kept, int c,
                          int at_label, REAL p) {
#ifdef SMOOTHING
  const REAL evenly = -(ops->spread * or_one(ops->weight, c));
  const REAL factor = at_label ? ops->spread_sum : kept + ops->spread_sum;
  return fma(with_z_pull(factor, ops->z_loss, softmax), p, evenly);
#elif defined(Z_LOSS)
  return with_z_pull(at_label ? 0 : kept, ops->z_loss, softmax) * p;
#else
  return at_label ? 0 : kept * p;
#endif
}

static inline REAL gradient_of(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                               int c, int label) {
  const REAL x = element_at(row, c);
  const REAL p = probability(softmax, x);
  if (label < 0) {
    return isnan(p) ? p : 0;
  }
  const double_word_t upstream = upstream_of(ops, row);
  const REAL kept = kept_weight(ops, label);
  const REAL push = pushed(ops, softmax, kept, c, c == label, p);
  if (c != label) {
    return times(upstream, push);
  }
  return gradient_at_label(upstream, kept, push - kept * complement(softmax, x, p));
}

static inline void write_element(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                                 const REAL *dots, int c) {
  const REAL gradient = gradient_of(ops, row, softmax, c, label_of(ops, row));
  gradient_store(ops->gradient, element_index(row, c), chained_at(row, c, gradient));
}
#endif

#include "row_kernels.clh"
