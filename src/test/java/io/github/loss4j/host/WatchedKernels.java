// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.cpu.JavaKernels;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/** The Java kernels, which note what they are asked for and find no memory for one call. */
final class WatchedKernels {
  private final RowKernels java = JavaKernels.open(1);
  private final List<Record> tasks = new ArrayList<>();
  private final int failing;

  /**
   * Kernels to watch.
   *
   * @param failing the number of the call that finds no memory, from 1; 0 for none
   */
  WatchedKernels(int failing) {
    this.failing = failing;
  }

  /** What the kernels were asked for, in order. */
  List<Record> tasks() {
    return tasks;
  }

  RowKernels kernels() {
    Class<?>[] types = {RowKernels.class};
    return (RowKernels)
        Proxy.newProxyInstance(
            RowKernels.class.getClassLoader(), types, (_, method, args) -> call(method, args));
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    if (arguments != null && arguments[0] instanceof Record task) {
      tasks.add(task);
      if (tasks.size() == failing) {
        throw new DeviceMemoryException("no memory for call " + failing, null);
      }
    }
    try {
      return method.invoke(java, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
