// Kullback-Leibler divergence t (log t - x) of a log-probability x from a target probability t; with
// -DLOG_TARGET e^t (t - x), from a target log-probability. cpu/ElementLosses.java has the same.
#include "element_operation.clh"

static inline outcome_t outcome_of(element_t e) {
  outcome_t outcome;
#ifdef LOG_TARGET
  const double_word_t p = close_exponential(e.t);
  outcome.loss = product_of_words(p, sum_of(e.t, -e.x));
  outcome.input_derivative = negated(p);
  outcome.target_derivative = sum_of_words(outcome.loss, p);
#else
  const double_word_t difference = sum_of_words(log_word(e.t), word_of(-e.x));
  outcome.loss =
      either(e.t == 0, word_of(fma(-e.t, e.x, (NUMBER)0)), multiple_of(difference, e.t));
  outcome.input_derivative = word_of(-e.t);
  // PyTorch's derivative of t log t has t / t in it.
  outcome.target_derivative =
      either(e.t == 0, word_of((NUMBER)NAN), sum_of_words(difference, word_of((NUMBER)1)));
#endif
  return outcome;
}

#include "element_kernel.clh"
