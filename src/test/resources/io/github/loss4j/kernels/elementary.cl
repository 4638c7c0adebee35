// Each elementary function as a kernel, for ElementaryFunctionTest. Where it has no value, 0.
#include "arithmetic.clh"
#define WIDTH
#include "tanh.clh"
#define WIDTH 4
#include "exponential.clh"
#define WIDTH 4
#include "tanh.clh"
#define WIDTH 16
#include "exponential.clh"
#define WIDTH 16
#include "tanh.clh"

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
  return log_ratio(m, exponent, 0, b).head;
}

EACH(exponential_of, exponential_of(a))
EACH(log_1p, fabs(a) > 1 ? 0 : log_1p(a))
EACH(log_of, log_of(a))
EACH(log_ratio, log_ratio_of(a, b))
EACH(power_of, power_of(a, b))
EACH(quotient, quotient(a, b))
EACH(hyperbolic_tangent, hyperbolic_tangent(a))
EACH(hyperbolic_tangent_derivative, hyperbolic_tangent_derivative(a))

#define EACH_VECTOR(name, width)                                                                   \
  kernel void each_##name##width(global const REAL *first, global const REAL *second,             \
                                 global REAL *y) {                                                 \
    const size_t i = get_global_id(0);                                                             \
    vstore##width(name##width(vload##width(i, first)), i, y);                                      \
  }

EACH_VECTOR(hyperbolic_tangent, 4)
EACH_VECTOR(hyperbolic_tangent, 16)
EACH_VECTOR(hyperbolic_tangent_derivative, 4)
EACH_VECTOR(hyperbolic_tangent_derivative, 16)
