// Cross-entropy of rows of logits and labels, and its gradient; the formulas are those of
// cpu/CrossEntropyRow.java.
//
//   labels    a class per row, or -1 for a row that is ignored
//   weight    per class, or null
//   keep, spread, spread_sum   1 - epsilon, epsilon / classes, and that times the sum of the weights
//   losses    one per row
//   correct   one per row, or null
//   gradient  (outer, classes, inner), with -DGRADIENT_TYPE
//   upstream  one per row, or null where it is scale
//
// -DSMOOTHING: epsilon is not 0, so that every log-probability counts.
#include "row.clh"
#include "operation.clh"

#ifdef GRADIENT_TYPE
#define TENSOR gradient
#define TENSOR_TYPE GRADIENT_TYPE
#include "element.clh"
#define WRITES_ELEMENTS
#else
typedef char gradient_t;
#endif

#ifdef SMOOTHING
#define DOTS 1
#else
#define FROM_TARGET
#define DOTS 0
#endif

typedef struct {
  __global const int *labels;
  __global const REAL *weight;
  REAL keep;
  REAL spread;
  REAL spread_sum;
  __global REAL *losses;
  __global uchar *correct;
  __global gradient_t *gradient;
  __global const REAL *upstream;
  REAL scale;
} operands_t;

#define OPERAND_PARAMETERS                                                                       \
  , __global const int *labels, __global const REAL *weight, REAL keep, REAL spread,             \
      REAL spread_sum, __global REAL *losses, __global uchar *correct,                           \
      __global gradient_t *gradient, __global const REAL *upstream, REAL scale
#define OPERANDS \
  {labels, weight, keep, spread, spread_sum, losses, correct, gradient, upstream, scale}

#include "labels.clh"

static inline void terms(const operands_t *ops, const row_t *row, const softmax_t *softmax, int c,
                         REAL x, int which, REAL *a, REAL *b) {
  *a = or_one(ops->weight, c);
  *b = log_probability(softmax, x);
}

static inline REAL kept_weight(const operands_t *ops, int label) {
  return ops->keep * or_one(ops->weight, label);
}

static void finish_row(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                       const REAL *dots) {
  const int label = ops->labels[row->row];
  if (label < 0) {
    ops->losses[row->row] = 0;
  } else {
    const REAL kept = kept_weight(ops, label);
#ifdef SMOOTHING
    const REAL at_target = kept * -log_probability(softmax, element_at(row, label));
    ops->losses[row->row] = fma(ops->spread, -dots[0], at_target);
#else
    ops->losses[row->row] = kept * softmax->nll;
#endif
  }
  write_correct(ops, row, softmax, label);
}

#ifdef WRITES_ELEMENTS
// The derivative without what the label pulls, and at the label without its own share of it.
static inline REAL pushed(const operands_t *ops, REAL kept, int c, int at_label, REAL p) {
#ifdef SMOOTHING
  const REAL evenly = -(ops->spread * or_one(ops->weight, c));
  return fma(at_label ? ops->spread_sum : kept + ops->spread_sum, p, evenly);
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
  const REAL upstream = ops->upstream ? ops->upstream[row->row] : ops->scale;
  const REAL kept = kept_weight(ops, label);
  const REAL push = pushed(ops, kept, c, c == label, p);
  if (c != label) {
    return upstream * push;
  }
  return gradient_at_label(upstream, kept, push - kept * complement(softmax, x, p));
}

static inline void write_element(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                                 const REAL *dots, int c) {
  const REAL gradient = gradient_of(ops, row, softmax, c, ops->labels[row->row]);
  gradient_store(ops->gradient, element_index(row, c), gradient);
}
#endif

#include "row_kernels.clh"
