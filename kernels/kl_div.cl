// Kullback-Leibler divergence t (log t - x) of a log-probability x from a target probability t; with
// -DLOG_TARGET e^t (t - x), from a target log-probability. cpu/ElementLosses.java has the same.
#include "element_operation.clh"

static inline outcome_t outcome_of(element_t e) {
  outcome_t outcome;
#ifdef LOG_TARGET
  const REAL p = exponential_of(e.t);
  const REAL difference = e.t - e.x;
  outcome.loss = p * difference;
  outcome.input_derivative = -p;
  outcome.target_derivative = fma(p, difference, p);
#else
  const REAL log_t = log_of(e.t);
  const REAL entropy = e.t == 0 ? 0 : e.t * log_t;
  outcome.loss = fma(-e.t, e.x, entropy);
  outcome.input_derivative = -e.t;
  // PyTorch's derivative of t log t has t / t in it.
  outcome.target_derivative = e.t == 0 ? NAN : (log_t + 1) - e.x;
#endif
  return outcome;
}

#include "element_kernel.clh"
