// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import ch.obermuhlner.math.big.BigDecimalMath;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A real number to 40 digits; or undefined, as is what is not finite and all that is computed from
 * it.
 *
 * @param orNull null if it is undefined
 */
public record Wide(@Nullable BigDecimal orNull) {
  public static final Wide UNDEFINED = new Wide(null);
  public static final Wide ZERO = new Wide(BigDecimal.ZERO);
  public static final Wide ONE = new Wide(BigDecimal.ONE);

  private static final MathContext DIGITS = new MathContext(40);

  /** e^-10000 is 0 in every type, and beside any number that is not. */
  private static final BigDecimal FAR = BigDecimal.valueOf(10_000);

  /** What needs no logarithm, which is slow. */
  private static final Set<Double> POWERS = Set.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0);

  private static final BigDecimal SMALL = new BigDecimal("1e-8");

  /** Exactly. */
  public static Wide of(double x) {
    return Double.isFinite(x) ? new Wide(new BigDecimal(x)) : UNDEFINED;
  }

  public boolean isDefined() {
    return orNull != null;
  }

  /** The number, which must be defined. */
  public BigDecimal value() {
    return Objects.requireNonNull(orNull);
  }

  public boolean isZero() {
    return orNull != null && orNull.signum() == 0;
  }

  public Wide plus(Wide other) {
    return with(other, (a, b) -> a.add(b, DIGITS));
  }

  public Wide minus(Wide other) {
    return with(other, (a, b) -> a.subtract(b, DIGITS));
  }

  public Wide times(Wide other) {
    return with(other, (a, b) -> a.multiply(b, DIGITS));
  }

  /** Undefined for a divisor of 0. */
  public Wide over(Wide divisor) {
    return divisor.isZero() ? UNDEFINED : with(divisor, (a, b) -> a.divide(b, DIGITS));
  }

  public Wide max(Wide other) {
    return with(other, BigDecimal::max);
  }

  public Wide negated() {
    return of(BigDecimal::negate);
  }

  public Wide abs() {
    return of(BigDecimal::abs);
  }

  /** e^x, undefined where no floating type has it. */
  public Wide exp() {
    if (orNull == null || orNull.compareTo(FAR) > 0) {
      return UNDEFINED;
    }
    return orNull.compareTo(FAR.negate()) < 0 ? ZERO : of(x -> BigDecimalMath.exp(x, DIGITS));
  }

  /** log x, undefined where x is not positive. */
  public Wide log() {
    return isPositive() ? of(x -> BigDecimalMath.log(x, DIGITS)) : UNDEFINED;
  }

  /** log(1 + x); of a small x from its series, since 1 + x would lose its digits. */
  public Wide log1p() {
    if (orNull == null || orNull.abs().compareTo(SMALL) > 0) {
      return plus(ONE).log();
    }
    Wide sum = ZERO;
    for (int k = 5; k > 0; k--) {
      sum = ONE.over(of(k)).minus(times(sum));
    }
    return times(sum);
  }

  /** x^y for x &ge; 0; 0^0 is 1, and 0 to a negative power undefined. */
  public Wide pow(Wide y) {
    if (orNull == null || y.orNull == null) {
      return UNDEFINED;
    }
    if (POWERS.contains(y.orNull.doubleValue())) {
      int power = y.orNull.intValue();
      return of(x -> x.pow(power, DIGITS));
    }
    return isZero() && y.isPositive() ? ZERO : log().times(y).exp();
  }

  /** The nearest double. */
  public double toDouble() {
    return orNull == null ? Double.NaN : orNull.doubleValue();
  }

  private boolean isPositive() {
    return orNull != null && orNull.signum() > 0;
  }

  private interface Unary {
    BigDecimal of(BigDecimal x);
  }

  private interface Binary {
    BigDecimal of(BigDecimal a, BigDecimal b);
  }

  private Wide of(Unary function) {
    return orNull == null ? UNDEFINED : new Wide(function.of(orNull));
  }

  private Wide with(Wide other, Binary function) {
    return orNull == null || other.orNull == null
        ? UNDEFINED
        : new Wide(function.of(orNull, other.orNull));
  }
}
