// Focal loss of a logit: its cross-entropy times r^gamma, r = p (1 - t) + (1 - p) t, and times
// alpha t + (1 - alpha) (1 - t) unless alpha is negative. cpu/ElementLosses.java has the same.
#include "element_operation.clh"
#include "logistic.clh"
#include "power.clh"

static inline outcome_t outcome_of(element_t e) {
  const logistic_t logistic = logistic_of(e.x);
  const REAL p = logistic.p;
  const REAL q = logistic.q;
  const REAL negative = 1 - e.t;
  const REAL wrong = fma(p, negative, q * e.t);
  const REAL loss = cross_entropy_of(logistic, e.x, e.t, 1);
  // The power multiplies the error of r, which is known for a binary target.
  const REAL error = e.t == 0   ? error_of_p(logistic, e.x)
                     : e.t == 1 ? error_of_q(logistic, e.x)
                                : 0;
  const REAL focus = power_near(wrong, error, e.gamma);
  const REAL rest = 1 - e.alpha;
  const REAL balance = e.alpha < 0 ? 1 : fma(e.alpha, e.t, rest * negative);
  outcome_t outcome;
  outcome.loss = balance * (loss * focus);

  // The derivative of r^gamma is gamma r^gamma times that of log r, which for a binary target needs
  // no division.
  const REAL slope = (p * q) * (negative - e.t);
  const REAL log_slope = e.t == 0 ? q : e.t == 1 ? -p : quotient(slope, wrong);
  const REAL pull = e.gamma == 0 ? 0 : e.gamma * (loss * log_slope);
  const REAL derivative = derivative_of(logistic, e.x, e.t, 1);
  outcome.input_derivative = balance * (focus * (derivative + pull));

  const REAL steepness = e.gamma == 0 ? 0 : e.gamma * power_near(wrong, error, e.gamma - 1);
  const REAL of_product = fma(loss, steepness * (q - p), -e.x * focus);
  const REAL of_balance = e.alpha < 0 ? 0 : (e.alpha - rest) * (loss * focus);
  outcome.target_derivative = fma(balance, of_product, of_balance);
  return outcome;
}

#include "element_kernel.clh"
