// Focal loss of rows of logits and labels, and its gradient; the formulas are those of
// cpu/SoftmaxFocalRow.java.
//
//   labels    a class per row, or -1 for a row that is ignored
//   alpha     a weight per class, or null
//   losses    one per row
//   correct   one per row, or null
//   gradient  (outer, classes, inner), with -DGRADIENT_TYPE
//   upstream  one per row, or null where it is scale
#include "row.clh"
#include "operation.clh"
#include "focus.clh"

#ifdef GRADIENT_TYPE
#define TENSOR gradient
#define TENSOR_TYPE GRADIENT_TYPE
#include "element.clh"
#define WRITES_ELEMENTS
#else
typedef char gradient_t;
#endif

#define FROM_TARGET
#define DOTS 0

typedef struct {
  __global const int *labels;
  __global const REAL *alpha;
  REAL gamma;
  __global REAL *losses;
  __global uchar *correct;
  __global gradient_t *gradient;
  __global const REAL *upstream;
  REAL scale;
} operands_t;

#define OPERAND_PARAMETERS                                                                     \
  , __global const int *labels, __global const REAL *alpha, REAL gamma, __global REAL *losses, \
      __global uchar *correct, __global gradient_t *gradient, __global const REAL *upstream,   \
      REAL scale
#define OPERANDS {labels, alpha, gamma, losses, correct, gradient, upstream, scale}

#include "labels.clh"

static inline void terms(const operands_t *ops, const row_t *row, const softmax_t *softmax, int c,
                         REAL x, int which, REAL *a, REAL *b) {}

// 1 - p of the label.
static inline REAL rest_of(const softmax_t *softmax) {
  return complement(softmax, softmax->reference, softmax->tied_share);
}

static void finish_row(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                       const REAL *dots) {
  const int label = ops->labels[row->row];
  REAL loss = 0;
  if (label >= 0) {
    loss = or_one(ops->alpha, label) * (power_of(rest_of(softmax), ops->gamma) * softmax->nll);
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
  const REAL upstream = ops->upstream ? ops->upstream[row->row] : ops->scale;
  const REAL alpha = or_one(ops->alpha, label);
  const REAL rest = rest_of(softmax);
  const REAL focus = power_of(rest, ops->gamma);
  const REAL pull = focus_pull(ops->gamma, softmax->tied_share, softmax->nll);
  if (c == label) {
    // Taken from 0, so that a certain row has the 0 of cross-entropy, not -0.
    return gradient_at_label(upstream, alpha, 0 - alpha * (focus * (rest + pull)));
  }
  const REAL push = alpha * (focus * focus_slope(ops->gamma, pull, rest));
  return upstream * (push * probability(softmax, element_at(row, c)));
}

static inline void write_element(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                                 const REAL *dots, int c) {
  const REAL gradient = gradient_of(ops, row, softmax, c, ops->labels[row->row]);
  gradient_store(ops->gradient, element_index(row, c), gradient);
}
#endif

#include "row_kernels.clh"
