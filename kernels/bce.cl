// Binary cross-entropy -(t log x + (1 - t) log(1 - x)) of a probability x, the logarithms being at
// least -100; cpu/ElementLosses.java has the same.
#include "element_operation.clh"

#define LEAST_LOG LITERAL(-100.0)

// 10^-12, as PyTorch has it.
#ifdef REAL_IS_DOUBLE
#define LEAST_PRODUCT 0x1.19799812dea11p-40
#else
#define LEAST_PRODUCT 0x1.197998p-40f
#endif

static inline REAL at_least(REAL x, REAL least) { return x < least ? least : x; }

static inline outcome_t outcome_of(element_t e) {
  const REAL log_x = log_of(e.x);
  const REAL log_rest = log_1p(-e.x);
  outcome_t outcome;
  outcome.loss = fma(e.t - 1, at_least(log_rest, LEAST_LOG), -(e.t * at_least(log_x, LEAST_LOG)));
  outcome.input_derivative = quotient(e.x - e.t, at_least((1 - e.x) * e.x, LEAST_PRODUCT));
  outcome.target_derivative = log_rest - log_x;
  return outcome;
}

#include "element_kernel.clh"
