// Each elementary function as a kernel, for ElementaryFunctionTest. Where it has no value, 0. With -DWIDE
// there are those for several numbers at once.
#ifdef WIDE
#include "power.clh"
#define LOADED(from) vload16(get_global_id(0), from)
#define STORE(x, to) vstore16(x, get_global_id(0), to)
#else
#include "arithmetic.clh"
#define LOADED(from) from[get_global_id(0)]
#define STORE(x, to) to[get_global_id(0)] = x
#endif

#define EACH(name, expression)                                                                     \
  kernel void each_##name(global const REAL *first, global const REAL *second, global REAL *y) {  \
    const NUMBER a = LOADED(first);                                                                \
    const NUMBER b = LOADED(second);                                                               \
    STORE(expression, y);                                                                          \
  }

static NUMBER log_ratio_of(NUMBER a, NUMBER b) {
  WHOLE exponent;
  const NUMBER m = significand_of(a, &exponent);
  return a > 0 && a < INFINITY ? log_ratio(m, exponent, (NUMBER)0, b).head : (NUMBER)0;
}

EACH(log_1p, fabs(a) > 1 ? (NUMBER)0 : log_1p(a))
EACH(log_of, log_of(a))
EACH(log_ratio, log_ratio_of(a, b))
EACH(quotient, quotient(a, b))

#ifndef WIDE
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

EACH(exponential_of, exponential_of(a))
EACH(power_of, power_of(a, b))
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
#endif
