// Cross-entropy of rows of logits and target probabilities, and its gradients; probabilities.clh says
// what it is given, and the formulas are those of cpu/CrossEntropyProbabilitiesRow.java.
#include "probabilities.clh"

#define DOTS (LOSS_DOTS + ENTROPY_DOTS)

// The factor of -log p of a class: its weight times its smoothed target.
static inline NUMBER coefficient(const operands_t *ops, const row_t *row, int c) {
  NUMBER q = LOAD_CLASS(target, ops->targets, row, c);
#ifdef SMOOTHING
  q = fma((NUMBER)ops->keep, q, fma((NUMBER)ops->keep_tail, q, (NUMBER)ops->spread));
#endif
  return at_class(ops->weight, row, c) * q;
}

static inline void terms(const operands_t *ops, const row_t *row, const softmax_t *softmax, int c,
                         NUMBER x, int which, NUMBER *a, NUMBER *b) {
#ifdef ENTROPY
  if (which == DOTS - 1) {
    entropy_terms(softmax, x, a, b);
    return;
  }
#endif
  *a = coefficient(ops, row, c);
  *b = which == 0 ? log_probability(softmax, x) : (NUMBER)1;
}

static void finish_row(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                       const NUMBER *dots) {
  store_of_row(ops->losses, row, with_z_loss(-dots[0], ops->z_loss, softmax));
#ifdef STATISTICS
  write_statistics(&ops->statistics, row, softmax, (NUMBER)0, dots, DOTS - 1);
#endif
}

#ifdef WRITES_ELEMENTS
// Reads the element of both tensors before it writes: a destination may be either.
static inline void write_element(const operands_t *ops, const row_t *row, const softmax_t *softmax,
                                 const NUMBER *dots, int c) {
  const NUMBER x = element_at(row, c);
  const NUMBER a = coefficient(ops, row, c);
  const double_word_t upstream = upstream_of(ops, row);
#ifdef GRADIENT_TYPE
  const double_word_t push =
      product_of_words(upstream, with_z_pull(word_of(dots[1]), ops->z_loss, softmax));
  const double_word_t pull = multiple_of(upstream, a);
  const NUMBER derivative = product_less(push, probability_word(softmax, x), pull);
  STORE_CLASS(gradient, ops->gradient, row, c, chained_at(row, c, derivative));
#endif
#ifdef TARGET_GRADIENT
  const double_word_t keep = {(NUMBER)ops->keep, (NUMBER)ops->keep_tail};
  const double_word_t kept = multiple_of(keep, at_class(ops->weight, row, c));
  const double_word_t nll = negated(log_probability_word(softmax, x));
  STORE_CLASS(target, ops->target_gradient, row, c,
               times_word(upstream, product_of_words(nll, kept)));
#endif
}
#endif

#include "row_kernels.clh"
