// Kullback-Leibler divergence t (log t - x) of a log-probability x from a target probability t; with
// -DLOG_TARGET e^t (t - x), from a target log-probability. cpu/ElementLosses.java has the same.
#include "element_operation.clh"

#ifndef LOG_TARGET
// log t - x; its tail is 0 where it is not finite.
static inline double_word_t log_difference(REAL t, REAL x) {
  const double_word_t log_t = log_word(t);
  const double_word_t sum = sum_of(log_t.head, -x);
  if (!isfinite(sum.head)) {
    const double_word_t special = {sum.head, 0};
    return special;
  }
  return sum_of(sum.head, sum.tail + log_t.tail);
}
#endif

static inline outcome_t outcome_of(element_t e) {
  outcome_t outcome;
#ifdef LOG_TARGET
  const REAL p = exponential_of(e.t);
  const REAL difference = e.t - e.x;
  outcome.loss = p * difference;
  outcome.input_derivative = -p;
  outcome.target_derivative = fma(p, difference, p);
#else
  const double_word_t difference = log_difference(e.t, e.x);
  outcome.loss = e.t == 0 ? fma(-e.t, e.x, (REAL)0)
                          : fma(e.t, difference.head, e.t * difference.tail);
  outcome.input_derivative = -e.t;
  // PyTorch's derivative of t log t has t / t in it.
  outcome.target_derivative = e.t == 0 ? NAN : (difference.head + 1) + difference.tail;
#endif
  return outcome;
}

#include "element_kernel.clh"
