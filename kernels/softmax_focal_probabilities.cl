// Focal loss of rows of logits and target probabilities, and its gradients; probabilities.clh says what
// it is given, the weights being alpha, and the formulas are those of cpu/SoftmaxFocalProbabilitiesRow.java.
#include "probabilities.clh"
#include "focus.clh"

#define DOTS LOSS_DOTS

// What a class counts: its weight times its target.
static inline NUMBER coefficient(const operands_t *ops, const row_t *row, int c) {
  return at_class(ops->weight, row, c) * LOAD_CLASS(target, ops->targets, row, c);
}

// (1 - p)^gamma.
static inline double_word_t focus_at(const operands_t *ops, const softmax_t *softmax, NUMBER x) {
  return focus_of(ops->gamma, complement(softmax, x, probability_word(softmax, x)));
}

// The derivative of (1 - p)^gamma log p with respect to log p.
static inline double_word_t steepness(const operands_t *ops, const softmax_t *softmax, NUMBER x) {
  const double_word_t p = probability_word(softmax, x);
  const double_word_t rest = complement(softmax, x, p);
  const double_word_t nll = negated(log_probability_word(softmax, x));
  const double_word_t pull = focus_pull(ops->gamma, p, nll);
  return product_of_words(focus_slope(ops->gamma, pull, rest), focus_of(ops->gamma, rest));
}

static inline void terms(const operands_t *ops, const row_t *row, const softmax_t *softmax, int c,
                         NUMBER x, int which, NUMBER *a, NUMBER *b) {
  *a = coefficient(ops, row, c);
  if (which == 0) {
    *b = times(focus_at(ops, softmax, x), log_probability(softmax, x));
  } else {
    const double_word_t slope = steepness(ops, softmax, x);
    *b = slope.head + slope.tail;
  }
}

static void finish_row(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                       const NUMBER *dots) {
  store_of_row(ops->losses, row, -dots[0]);
}

#ifdef WRITES_ELEMENTS
// Reads the element of both tensors before it writes: a destination may be either.
static inline void write_element(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                                 const NUMBER *dots, int c) {
  const NUMBER x = element_at(row, c);
  const NUMBER a = coefficient(ops, row, c);
  const double_word_t upstream = upstream_of(ops, row);
#ifdef GRADIENT_TYPE
  const double_word_t push = multiple_of(upstream, dots[1]);
  const double_word_t own = multiple_of(steepness(ops, softmax, x), a);
  const double_word_t pull = product_of_words(upstream, own);
  STORE_CLASS(gradient, ops->gradient, row, c, product_less(push, probability_word(softmax, x), pull));
#endif
#ifdef TARGET_GRADIENT
  const double_word_t nll = negated(log_probability_word(softmax, x));
  const double_word_t focused = product_of_words(nll, focus_at(ops, softmax, x));
  const double_word_t loss = multiple_of(focused, at_class(ops->weight, row, c));
  STORE_CLASS(target, ops->target_gradient, row, c, times_word(upstream, loss));
#endif
}
#endif

#include "row_kernels.clh"
