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

static inline double_word_t at_least(double_word_t x, REAL least) {
  return either(x.head < least, word_of((NUMBER)least), x);
}

// a / b for 10^-12 <= b < 1; a 0 stays as it is.
static inline double_word_t over_product(double_word_t a, double_word_t b) {
  const scaled_word_t divisor = scaled_word(b, (WHOLE)0);
  const double_word_t ratio = quotient_of(a, divisor.word);
  return either(a.head == 0, a, multiple_of(ratio, power(-divisor.exponent)));
}

static inline outcome_t outcome_of(element_t e) {
  const double_word_t log_x = log_word(e.x);
  const double_word_t log_rest = log_1p_word(-e.x);
  const double_word_t positive = multiple_of(at_least(log_x, LEAST_LOG), e.t);
  const double_word_t negative = product_of_words(sum_of(e.t, (NUMBER)-1), at_least(log_rest, LEAST_LOG));
  const double_word_t product = at_least(multiple_of(sum_of((NUMBER)1, -e.x), e.x), LEAST_PRODUCT);
  outcome_t outcome;
  outcome.loss = sum_of_words(negative, negated(positive));
  outcome.input_derivative = over_product(sum_of(e.x, -e.t), product);
  outcome.target_derivative = sum_of_words(log_rest, negated(log_x));
  return outcome;
}

#include "element_kernel.clh"
