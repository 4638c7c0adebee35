// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.Tensor;
import java.io.Serializable;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/**
 * A loss on its way to another machine: a loss may hold a tensor, which is a view of memory here.
 * Losses are records, so what one is made of is all there is to send.
 */
final class SentLoss implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Class<? extends ClassLoss> type;
  private final @Nullable Serializable[] parameters;

  private SentLoss(Class<? extends ClassLoss> type, @Nullable Serializable[] parameters) {
    this.type = type;
    this.parameters = parameters;
  }

  static SentLoss of(ClassLoss loss) {
    RecordComponent[] components = loss.getClass().getRecordComponents();
    @Nullable Serializable[] parameters = new Serializable[components.length];
    for (int i = 0; i < components.length; i++) {
      try {
        Object value = components[i].getAccessor().invoke(loss);
        parameters[i] =
            value instanceof Tensor weight ? SentWeight.of(weight) : (Serializable) value;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("a loss is a public record", e);
      }
    }
    return new SentLoss(loss.getClass(), parameters);
  }

  /** The loss of the same parameters. */
  ClassLoss loss() {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    @Nullable Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = parameters[i] instanceof SentWeight weight ? weight.tensor() : parameters[i];
    }
    try {
      return type.getConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a loss has the constructor of its record", e);
    }
  }
}
