// Focal loss of rows of logits and target probabilities, and its gradients; probabilities.clh says what
// it is given, the weights being alpha, and the formulas are those of cpu/SoftmaxFocalProbabilitiesRow.java.
#include "probabilities.clh"
#include "focus.clh"

#define DOTS LOSS_DOTS

// What a class counts: its weight times its target.
static inline REAL coefficient(const operands_t *ops, const row_t *row, int c) {
  return or_one(ops->weight, c) * target_load(ops->targets, element_index(row, c));
}

// (1 - p)^gamma log p.
static inline REAL focused_log(const operands_t *ops, const softmax_t *softmax, REAL x) {
  const REAL rest = complement(softmax, x, probability(softmax, x));
  return power_of(rest, ops->gamma) * log_probability(softmax, x);
}

// The derivative of that with respect to log p, less its sign.
static inline REAL steepness(const operands_t *ops, const softmax_t *softmax, REAL x, REAL p) {
  const REAL rest = complement(softmax, x, p);
  const REAL pull = focus_pull(ops->gamma, p, -log_probability(softmax, x));
  return power_of(rest, ops->gamma) * focus_slope(ops->gamma, pull, rest);
}

static inline void terms(const operands_t *ops, const row_t *row, const softmax_t *softmax, int c,
                         REAL x, int which, REAL *a, REAL *b) {
  *a = coefficient(ops, row, c);
  *b = which == 0 ? focused_log(ops, softmax, x)
                  : steepness(ops, softmax, x, probability(softmax, x));
}

static void finish_row(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                       const REAL *dots) {
  ops->losses[row->row] = -dots[0];
}

#ifdef WRITES_ELEMENTS
// Reads the element of both tensors before it writes: a destination may be either.
static inline void write_element(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                                 const REAL *dots, int c) {
  const long index = element_index(row, c);
  const REAL x = element_at(row, c);
  const REAL a = coefficient(ops, row, c);
  const double_word_t upstream = upstream_of(ops, row);
#ifdef GRADIENT_TYPE
  const REAL p = probability(softmax, x);
  const REAL pull = a * steepness(ops, softmax, x, p);
  gradient_store(ops->gradient, index, times(upstream, fma(dots[1], p, -pull)));
#endif
#ifdef TARGET_GRADIENT
  const REAL derivative = or_one(ops->weight, c) * focused_log(ops, softmax, x);
  target_store(ops->target_gradient, index, times(upstream, -derivative));
#endif
}
#endif

#include "row_kernels.clh"
