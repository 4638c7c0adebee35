// Focal loss of a logit: its cross-entropy times r^gamma, r = p (1 - t) + (1 - p) t, and times
// alpha t + (1 - alpha) (1 - t) unless alpha is negative. cpu/ElementLosses.java has the same.
#include "element_operation.clh"
#include "logistic.clh"
#include "power.clh"

static inline outcome_t outcome_of(element_t e) {
  const logistic_t logistic = logistic_of(e.x);
  const double_word_t p = logistic.p;
  const double_word_t q = logistic.q;
  const double_word_t negative = sum_of((NUMBER)1, -e.t);
  const double_word_t wrong = sum_of_words(product_of_words(p, negative), multiple_of(q, e.t));
  const double_word_t focus = power_word(wrong, e.gamma);
  const double_word_t rest = sum_of((NUMBER)1, -(NUMBER)e.alpha);
  const double_word_t balance =
      e.alpha < 0 ? word_of((NUMBER)1)
                  : sum_of_words(product_of_words(rest, negative), product_of((NUMBER)e.alpha, e.t));
  const double_word_t entropy = cross_entropy_of(logistic, e.x, e.t, (NUMBER)1);
  const double_word_t loss = product_of_words(entropy, focus);
  outcome_t outcome;
  outcome.loss = product_of_words(balance, loss);

  // The derivative of r^gamma is gamma r^gamma times that of log r, which for a binary target needs
  // no division.
  const double_word_t slope =
      product_of_words(product_of_words(p, q), sum_of_words(negative, word_of(-e.t)));
  double_word_t log_slope = either(e.t == 0, q, negated(p));
  const WHOLE between = e.t != 0 && e.t != 1;
  if (ANY(between)) {
    log_slope = either(between, quotient_of_words(slope, wrong), log_slope);
  }
  const double_word_t pull =
      e.gamma == 0 ? word_of((NUMBER)0) : multiple_of(product_of_words(entropy, log_slope), e.gamma);
  const double_word_t derivative = sum_of_words(derivative_of(logistic, e.x, e.t, (NUMBER)1), pull);
  outcome.input_derivative = product_of_words(balance, product_of_words(focus, derivative));

  const double_word_t steepness =
      e.gamma == 0 ? word_of((NUMBER)0) : multiple_of(power_word(wrong, e.gamma - 1), e.gamma);
  const double_word_t of_focus = product_of_words(steepness, sum_of_words(q, negated(p)));
  const double_word_t of_product =
      sum_of_words(product_of_words(entropy, of_focus), multiple_of(focus, -e.x));
  const double_word_t of_balance =
      e.alpha < 0 ? word_of((NUMBER)0)
                  : product_of_words(sum_of_words(word_of((NUMBER)e.alpha), negated(rest)), loss);
  outcome.target_derivative = sum_of_words(product_of_words(balance, of_product), of_balance);
  return outcome;
}

#include "element_kernel.clh"
