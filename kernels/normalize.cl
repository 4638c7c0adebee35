// Softmax of rows, or its logarithm with -DLOGARITHM, into output (outer, classes, inner), of
// -DOUTPUT_TYPE; with -DBACKWARD the gradient instead, from upstream (of the same shape; null for 1).
// The formulas are those of cpu/NormalizeRow.java and cpu/NormalizeGradientRow.java.
#include "row.clh"
#include "operation.clh"

#define TENSOR output
#define TENSOR_TYPE OUTPUT_TYPE
#include "element.clh"

#define WRITES_ELEMENTS
#ifdef BACKWARD
#define DOTS 1
#else
#define DOTS 0
#endif

typedef struct {
  __global const REAL *upstream;
  __global output_t *output;
} operands_t;

#define OPERAND_PARAMETERS , __global const REAL *upstream, __global output_t *output
#define OPERANDS {upstream, output}

static inline int is_active(const operands_t *ops, const row_t *row) { return 1; }

static inline void terms(const operands_t *ops, const row_t *row, const softmax_t *softmax, int c,
                         REAL x, int which, REAL *a, REAL *b) {
  *a = or_one(ops->upstream, element_index(row, c));
#ifdef LOGARITHM
  *b = 1;
#else
  *b = probability(softmax, x);
#endif
}

static void finish_row(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                       const REAL *dots) {}

static inline void write_element(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                                 const REAL *dots, int c) {
  const long index = element_index(row, c);
  const REAL x = element_at(row, c);
#if defined(BACKWARD)
  const REAL p = probability(softmax, x);
  const REAL g = or_one(ops->upstream, index);
#ifdef LOGARITHM
  const REAL y = fma(-p, dots[0], g);
#else
  const REAL y = p * (g - dots[0]);
#endif
#elif defined(LOGARITHM)
  const REAL y = log_probability(softmax, x);
#else
  const REAL y = probability(softmax, x);
#endif
  output_store(ops->output, index, y);
}

#include "row_kernels.clh"
