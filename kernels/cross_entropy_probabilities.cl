// Cross-entropy of rows of logits and target probabilities, and its gradients; the formulas are those
// of cpu/CrossEntropyProbabilitiesRow.java.
//
//   targets   (outer, classes, inner), of -DTARGET_TYPE
//   weight    per class, or null
//   keep, spread   1 - epsilon and epsilon / classes
//   losses    one per row
//   gradient, target_gradient  (outer, classes, inner), with -DGRADIENT_TYPE, -DTARGET_GRADIENT
//   upstream  one per row, or null where it is scale
#include "row.clh"
#include "operation.clh"

#define TENSOR target
#define TENSOR_TYPE TARGET_TYPE
#include "element.clh"

#ifdef GRADIENT_TYPE
#define TENSOR gradient
#define TENSOR_TYPE GRADIENT_TYPE
#include "element.clh"
#else
typedef char gradient_t;
#endif

#if defined(GRADIENT_TYPE) || defined(TARGET_GRADIENT)
#define WRITES_ELEMENTS
#endif

#define DOTS 2

typedef struct {
  __global const target_t *targets;
  __global const REAL *weight;
  REAL keep;
  REAL spread;
  __global REAL *losses;
  __global gradient_t *gradient;
  __global target_t *target_gradient;
  __global const REAL *upstream;
  REAL scale;
} operands_t;

#define OPERAND_PARAMETERS                                                                        \
  , __global const target_t *targets, __global const REAL *weight, REAL keep, REAL spread,        \
      __global REAL *losses, __global gradient_t *gradient, __global target_t *target_gradient,   \
      __global const REAL *upstream, REAL scale
#define OPERANDS \
  {targets, weight, keep, spread, losses, gradient, target_gradient, upstream, scale}

static inline int is_active(const operands_t *ops, const row_t *row) { return 1; }

// The factor of -log p of a class: its weight times its smoothed target.
static inline REAL coefficient(const operands_t *ops, const row_t *row, int c) {
  REAL q = target_load(ops->targets, element_index(row, c));
#ifdef SMOOTHING
  q = fma(ops->keep, q, ops->spread);
#endif
  return or_one(ops->weight, c) * q;
}

static inline void terms(const operands_t *ops, const row_t *row, const softmax_t *softmax, int c,
                         REAL x, int which, REAL *a, REAL *b) {
  *a = coefficient(ops, row, c);
  *b = which == 0 ? log_probability(softmax, x) : 1;
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
  const REAL upstream = ops->upstream ? ops->upstream[row->row] : ops->scale;
#ifdef GRADIENT_TYPE
  gradient_store(ops->gradient, index, upstream * fma(dots[1], probability(softmax, x), -a));
#endif
#ifdef TARGET_GRADIENT
  const REAL kept = ops->keep * or_one(ops->weight, c);
  target_store(ops->target_gradient, index, upstream * -(kept * log_probability(softmax, x)));
#endif
}
#endif

#include "row_kernels.clh"
