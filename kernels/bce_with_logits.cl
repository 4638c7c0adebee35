// Binary cross-entropy of a logit x: that of bce.cl at 1 / (1 + e^-x). The factor is the weight of the
// positive answer. cpu/ElementLosses.java has the same.
#include "element_operation.clh"
#include "logistic.clh"

static inline outcome_t outcome_of(element_t e) {
  const logistic_t logistic = logistic_of(e.x);
  const double_word_t softplus = sum_of_words(word_of(e.x < 0 ? -e.x : (NUMBER)0), logistic.rest);
  outcome_t outcome;
  outcome.loss = cross_entropy_of(logistic, e.x, e.t, e.factor);
  outcome.input_derivative = derivative_of(logistic, e.x, e.t, e.factor);
  outcome.target_derivative =
      either(e.factor == 1, word_of(-e.x),
             sum_of_words(product_of_words(sum_of(e.factor, (NUMBER)-1), softplus), word_of(-e.x)));
  return outcome;
}

#include "element_kernel.clh"
