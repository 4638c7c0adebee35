// Each elementary function as a kernel, for ElementaryFunctionTest. Where it has no value, 0.
#include "arithmetic.clh"

#define EACH(name, expression)                                                                     \
  kernel void each_##name(global const REAL *first, global const REAL *second, global REAL *y) {  \
    const size_t i = get_global_id(0);                                                             \
    const REAL a = first[i];                                                                       \
    const REAL b = second[i];                                                                      \
    y[i] = expression;                                                                             \
  }

static REAL log_ratio_of(REAL a, REAL b) {
  if (!(a > 0 && a < INFINITY)) {
    return 0;
  }
  int exponent;
  const REAL m = significand_of(a, &exponent);
  return log_ratio(m, exponent, b);
}

EACH(exponential_of, exponential_of(a))
EACH(log_1p, fabs(a) > 1 ? 0 : log_1p(a))
EACH(log_of, log_of(a))
EACH(log_ratio, log_ratio_of(a, b))
EACH(power_of, power_of(a, b))
EACH(quotient, quotient(a, b))
