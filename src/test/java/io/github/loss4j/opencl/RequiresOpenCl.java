// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.LossBackend.Status;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that needs an OpenCL device. Without one it is skipped and the reason printed; with {@code
 * -Dloss4j.requireOpenCl=true}, as CI runs the tests, it fails instead, so that a machine that lost
 * its driver does not pass.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresOpenCl.Condition.class)
public @interface RequiresOpenCl {

  /** Asks the backend. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (!(new OpenClBackend().status() instanceof Status.Unusable(String reason))) {
        return ConditionEvaluationResult.enabled("there is an OpenCL device");
      }
      if (Boolean.getBoolean("loss4j.requireOpenCl")) {
        throw new IllegalStateException("-Dloss4j.requireOpenCl=true, but " + reason);
      }
      System.out.printf("%s is skipped: %s%n", context.getDisplayName(), reason);
      return ConditionEvaluationResult.disabled(reason);
    }
  }
}
