// Softmax of rows, or its logarithm with -DLOGARITHM, into output (outer, classes, inner), of
// -DOUTPUT_TYPE; with -DBACKWARD the gradient instead, from upstream (of the same shape; null for 1).
// The formulas are those of cpu/NormalizeRow.java and cpu/NormalizeGradientRow.java.
//
// Per element of w bytes: w read, an output written; the largest, the sum, and for a logarithm two
// differences, for a probability another e^x. The gradient reads an upstream besides, in each of its DOTS
// sums and where it is written; all but the first reads of a row find it in the cache if it fits.
#include "row.clh"
#include "operation.clh"

#define TENSOR output
#define TENSOR_TYPE OUTPUT_TYPE
#include "element.clh"

#define WRITES_ELEMENTS
// The elements tied with the reference have a sum of their own: in a confident row g_c - sum g_j p_j of
// the reference is what the others leave of g_c, which must not be a difference of nearly equal numbers.
#if defined(BACKWARD) && defined(LOGARITHM)
#define DOTS 1
#elif defined(BACKWARD)
#define DOTS 2
#else
#define DOTS 0
#endif

typedef struct {
  __global const REAL *upstream;
  __global output_t *output;
} operands_t;

#define OPERAND_PARAMETERS \
  , TENSOR_PARAMETERS(const REAL, upstream), TENSOR_PARAMETERS(output_t, output)
#define OPERANDS {TENSOR_AT(upstream), TENSOR_AT(output)}

static inline int is_active(const operands_t *ops, const row_t *row) { return 1; }

static inline NUMBER upstream_at(const operands_t *ops, const row_t *row, int c) {
  return ops->upstream ? LOAD_CLASS(real, ops->upstream, row, c) : (NUMBER)1;
}

static inline void terms(const operands_t *ops, const row_t *row, const softmax_t *softmax, int c,
                         NUMBER x, int which, NUMBER *a, NUMBER *b) {
  const NUMBER g = upstream_at(ops, row, c);
#ifdef LOGARITHM
  *a = g;
  *b = (NUMBER)1;
#else
  const WHOLE tied = x == softmax->reference;
  *a = (which == 1 ? tied : !tied) ? g : (NUMBER)0;
  *b = which == 1 ? (NUMBER)1 : probability(softmax, x);
#endif
}

static void finish_row(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                       const NUMBER *dots) {}

static inline void write_element(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                                 const NUMBER *dots, int c) {
  const NUMBER x = element_at(row, c);
#if defined(BACKWARD)
  const double_word_t p = probability_word(softmax, x);
  const NUMBER g = upstream_at(ops, row, c);
#ifdef LOGARITHM
  const NUMBER y = product_less(word_of(-dots[0]), p, word_of(-g));
#else
  const WHOLE alone = x == softmax->reference && softmax->ties == 1;
  const double_word_t tied = multiple_of(softmax->tied_share, dots[1]);
  const double_word_t left = either(alone, multiple_of(complement(softmax, x, p), g),
                                    sum_of_words(word_of(g), negated(tied)));
  const NUMBER y = times_word(sum_of_words(left, word_of(-dots[0])), p);
#endif
#elif defined(LOGARITHM)
  const NUMBER y = log_probability(softmax, x);
#else
  const NUMBER y = probability(softmax, x);
#endif
  STORE_CLASS(output, ops->output, row, c, y);
}

#include "row_kernels.clh"
